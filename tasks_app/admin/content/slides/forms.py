"""The forms of slide decks: what is asked for, the outline, and an instruction to refine."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError as Invalid

from tasks_app.admin.content.base import submit
from tasks_app.admin.content.base.file_or_text_form import PastedTextField
from tasks_app.models import SlideDeck
from tasks_app.text.decks.deck import MAX_BULLETS, MAX_SLIDES, Layout, Outline

LAYOUTS: dict[Layout, Promise] = {
    Layout.TITLE: _("Title slide"),
    Layout.SECTION: _("Section"),
    Layout.BULLETS: _("Bullets"),
    Layout.TWO_COLUMNS: _("Two columns"),
    Layout.TABLE: _("Table"),
    Layout.CHART: _("Chart"),
    Layout.QUOTE: _("Quotation"),
    Layout.CLOSING: _("Closing"),
}
INSTRUCTION_CHARACTERS = 2000


class SlideDeckForm(forms.ModelForm[SlideDeck]):
    """`content_changed` shows, once the form is valid, whether there is something new to process."""

    title = forms.CharField(
        label=_("title"),
        max_length=255,
        required=False,
        help_text=_("Shown on the first slide. If left empty, the first line of the text is used."),
        widget=AdminTextInputWidget,
    )
    source_text = PastedTextField(
        label=_("source text"),
        required=False,
        strip=False,
        widget=AdminTextareaWidget(attrs={"rows": 8}),
        help_text=_("Paste text, choose sources from the notebook, or both."),
    )
    outline_first = forms.BooleanField(
        label=_("Outline only"),
        required=False,
        help_text=_("Processing stops after the outline. Edit it, then generate the slides from it."),
    )

    content_changed = False

    class Meta:
        model = SlideDeck
        fields = ("notebook", "title", "source_text", "sources", "target_slides", "key_points", "style", "template")
        widgets = {"key_points": AdminTextareaWidget(attrs={"rows": 3})}

    def clean_source_text(self) -> str:
        text: str = self.cleaned_data["source_text"]
        submit.check_text(text)
        return text if text.strip() else ""

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        notebook = data.get("notebook") or getattr(self.instance, "notebook", None)
        sources = list(data.get("sources") or ())
        if notebook and any(source.notebook_id != notebook.pk for source in sources):
            self.add_error("sources", _("Choose sources from the deck's own notebook."))
        if "source_text" in data and not data["source_text"] and not sources and "sources" not in self.errors:
            self.add_error("source_text", _("Paste text or choose at least one source."))
        template = data.get("template")
        self.instance.template_title = template.title if template else ""
        first = sources[0].title if sources else ""
        data["title"] = data.get("title") or submit.title_of(None, data.get("source_text") or "") or first
        self.content_changed = self.instance._state.adding or bool(set(self.changed_data) - {"outline_first"})
        return data


class OutlineSlideForm(forms.Form):
    layout = forms.ChoiceField(
        label=_("Layout"),
        choices=[(layout.value, label) for layout, label in LAYOUTS.items()],
        initial=Layout.BULLETS.value,
    )
    title = forms.CharField(label=_("title"), max_length=200, widget=AdminTextInputWidget)
    points = forms.CharField(
        label=_("Points, one per line"), required=False, widget=AdminTextareaWidget(attrs={"rows": 4})
    )

    def clean_points(self) -> list[str]:
        points = [line.strip() for line in self.cleaned_data["points"].splitlines() if line.strip()]
        if len(points) > MAX_BULLETS:
            raise ValidationError(
                _("A slide holds at most %(limit)s points."), code="too_many", params={"limit": MAX_BULLETS}
            )
        return points


class BaseOutlineFormSet(forms.BaseFormSet[OutlineSlideForm]):
    """`outline` is valid by the same schema as a model's answer."""

    outline: Outline

    def clean(self) -> None:
        if any(self.errors):
            return
        try:
            self.outline = Outline.model_validate({"slides": self._rows()}).numbered()
        except Invalid as error:
            raise ValidationError(
                _("An outline needs 1 to %(limit)s slides, each with a title."),
                code="invalid",
                params={"limit": MAX_SLIDES},
            ) from error

    def _rows(self) -> list[dict[str, Any]]:
        """In the order staff gave; rows without a number come last."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        return sorted(rows, key=lambda row: (row["ORDER"] is None, row["ORDER"] or 0))


OutlineFormSet = forms.formset_factory(
    OutlineSlideForm,
    formset=BaseOutlineFormSet,
    extra=1,
    max_num=MAX_SLIDES,
    absolute_max=MAX_SLIDES + 1,
    can_order=True,
    can_delete=True,
)


def outline_forms(deck: SlideDeck, data: Any = None) -> Any:
    """The deck's outline as a form, filled from `data` where something was posted."""
    initial = [{**slide, "points": "\n".join(slide["points"])} for slide in deck.outline]
    return OutlineFormSet(data, initial=initial, prefix="slide")


class RefineForm(forms.Form):
    """An instruction for one slide, or for all where none is chosen."""

    slide = forms.TypedChoiceField(label=_("Slide"), required=False, coerce=int, empty_value=None)
    instruction = forms.CharField(
        label=_("Instruction"),
        max_length=INSTRUCTION_CHARACTERS,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
    )

    def __init__(self, slides: list[dict[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbered = [(slide["number"], f"{slide['number']}. {slide['title']}") for slide in slides]
        self.fields["slide"].choices = [("", _("The whole deck")), *numbered]  # type: ignore[attr-defined]
