"""The form that asks a question in a chat."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tasks_app.models import Document
from tasks_app.models.content.base.document import titles
from tasks_app.models.content.chat import MAX_QUESTION_LENGTH, ReadingMode, Wording

OUTSIDE = _("One of the selected sources is not part of this chat. Choose again.")


class QuestionForm(forms.Form):
    """`scope` are the documents that may be chosen."""

    question = forms.CharField(label=_("question"), widget=forms.Textarea(attrs={"rows": 3}))
    documents = forms.MultipleChoiceField(
        label=_("sources"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("If none is selected, all sources are used."),
        error_messages={"invalid_choice": OUTSIDE, "invalid_list": OUTSIDE},
    )
    reading = forms.ChoiceField(
        label=_("reading mode"),
        choices=ReadingMode,
        initial=ReadingMode.SEARCH,
        widget=forms.RadioSelect,
        required=False,
    )
    wording = forms.ChoiceField(
        label=_("text version"), choices=Wording, initial=Wording.FORMATTED, widget=forms.RadioSelect, required=False
    )

    def __init__(self, *args: Any, scope: QuerySet[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = titles(scope.values_list("pk", flat=True))
        field = self.fields["documents"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(pk), named[pk]) for pk in sorted(named, key=lambda pk: named[pk])]
        self.fields["question"].widget.attrs["maxlength"] = MAX_QUESTION_LENGTH

    def clean_reading(self) -> str:
        return self.cleaned_data["reading"] or ReadingMode.SEARCH

    def clean_wording(self) -> str:
        return self.cleaned_data["wording"] or Wording.FORMATTED
