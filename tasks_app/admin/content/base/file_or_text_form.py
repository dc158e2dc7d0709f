"""A form for exactly one of a file or a text; on a stored row the newer replaces the older."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.content.base import submit
from tasks_app.text.japanese.cleaning import storable


class PastedTextField(forms.CharField):
    """Kept as it was pasted, but for line ends and what cannot be stored."""

    def to_python(self, value: str | None) -> str:
        return storable(super().to_python(value) or "")


class FileOrTextForm(forms.ModelForm):  # type: ignore[type-arg]
    """`content_changed` shows, once the form is valid, whether there is something new to process.

    A form of a `models.stored_file.FileOrText` inherits it and names its model and fields.
    """

    title = forms.CharField(
        label=_("title"),
        max_length=255,
        required=False,
        help_text=_("If left empty, the file name or the first line of the text is used."),
        widget=AdminTextInputWidget,
    )
    pasted_text = PastedTextField(
        label=_("pasted text"), required=False, strip=False, widget=AdminTextareaWidget(attrs={"rows": 10})
    )

    content_changed = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].help_text = gettext("%(kinds)s, up to %(limit)s. Or paste text below.") % {
                "kinds": " ".join(submit.SUFFIXES),
                "limit": filesizeformat(settings.UPLOAD_MAX_BYTES),
            }

    class Meta:
        widgets: dict[str, forms.Widget] = {"file": forms.FileInput(attrs={"accept": submit.ACCEPT})}

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            submit.check_file(file)
        return file

    def clean_pasted_text(self) -> str:
        """Nothing but blanks is no text."""
        text: str = self.cleaned_data["pasted_text"]
        submit.check_text(text)
        return text if text.strip() else ""

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not {"file", "pasted_text"} <= data.keys():
            return data
        upload = data["file"] if isinstance(data["file"], UploadedFile) else None
        text = data["pasted_text"]
        new_text = bool(text) and text != self.instance.pasted_text
        if upload and new_text:
            self.add_error("file", _("Give either a file or a text, not both."))
            return data
        if not (upload or text or self.instance.file):
            self.add_error("file", _("Upload a file or paste text."))
            return data
        self.content_changed = bool(upload) or new_text
        if upload:
            data["pasted_text"] = ""
        elif new_text:
            data["file"] = False
            self.instance.filename = ""
        data["title"] = data.get("title") or self.instance.title or submit.title_of(upload, text)
        return data
