"""A form for a file, an address or a pasted text; on a stored row the newer replaces the older."""

from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.content.base import submit
from tasks_app.errors import PermanentError
from tasks_app.models.content.base.stored_file import shown_name
from tasks_app.providers.fetching.web_address import web_address


class WebAddressField(forms.CharField):
    """An address that the fetcher would try, judged by its rules that need no network."""

    widget = AdminTextInputWidget

    def clean(self, value: str | None) -> str:
        text: str = super().clean(value).strip()
        if not text:
            return ""
        try:
            web_address(text)
        except PermanentError as refusal:
            raise ValidationError(str(refusal.message) % refusal.details, refusal.code) from refusal
        return text


class AttachmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """`content_changed` shows, once the form is valid, whether there is something new to process.

    At most one of file, address and text may be new. A form of a `models.attachment.Attachment` inherits it and
    names its model and fields; `ways_in` are those that the row has.
    """

    ways_in: tuple[str, ...] = ("file", "url")
    url = WebAddressField(
        label=_("URL"),
        max_length=2000,
        required=False,
        help_text=_("Starts with https://. The file is fetched from there and stored."),
        widget=AdminTextInputWidget(attrs={"inputmode": "url", "size": 80}),
    )
    content_changed = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].help_text = gettext("%(kinds)s, up to %(limit)s.") % {
                "kinds": " ".join(submit.SUFFIXES),
                "limit": filesizeformat(settings.UPLOAD_MAX_BYTES),
            }

    class Meta:
        widgets = {"file": forms.FileInput(attrs={"accept": submit.ACCEPT})}

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            submit.check_file(file)
        return file

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not set(self.ways_in) <= data.keys():
            return data
        renewed = [name for name in self.ways_in if self._is_new(name, data[name])]
        if len(renewed) > 1:
            self.add_error(renewed[0], _("Give only one: a file, a URL or text."))
            return data
        self.content_changed = bool(renewed)
        if renewed:
            for other in self.ways_in:
                if other != renewed[0]:
                    data[other] = False if other == "file" else ""
        return data

    def suggested_title(self) -> str:
        """For a row without one: the name of its file, or the last part of its address."""
        file, url = self.cleaned_data.get("file"), self.cleaned_data.get("url", "")
        if isinstance(file, UploadedFile):
            return submit.title_of(file, "")
        address = web_address(url) if url else None
        if address is None:
            return ""
        name = PurePosixPath(unquote(address.url.path)).stem
        return shown_name(name) or address.host

    def _is_new(self, name: str, value: Any) -> bool:
        if name == "file":
            return isinstance(value, UploadedFile)
        return bool(value) and value != getattr(self.instance, name)
