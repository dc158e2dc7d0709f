"""The form for a document check: a file, and what to look for in it."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.content.base import submit
from tasks_app.job_types.document_check import SUFFIXES
from tasks_app.models import DocumentCheck
from tasks_app.models.content.check.check_words import CATEGORY_CHOICES


class CategoriesField(forms.MultipleChoiceField):
    """At least one of what can be checked."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=CATEGORY_CHOICES, label=_("what to check"), **kwargs)


class DocumentCheckForm(forms.ModelForm):  # type: ignore[type-arg]
    """`content_changed` shows, once valid, whether there is something new to check, or something else to look for."""

    title = forms.CharField(
        label=_("title"),
        max_length=255,
        required=False,
        help_text=_("If left empty, the file name is used."),
        widget=AdminTextInputWidget,
    )
    categories = CategoriesField(help_text=_("“Terminology” checks the words of the glossary."))

    content_changed = False

    class Meta:
        model = DocumentCheck
        fields = ("notebook", "title", "file", "profile", "categories")
        widgets = {"file": forms.FileInput(attrs={"accept": ",".join(SUFFIXES)})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].required = not self.instance.file
            self.fields["file"].help_text = gettext("%(kinds)s, up to %(limit)s.") % {
                "kinds": " ".join(SUFFIXES),
                "limit": filesizeformat(settings.UPLOAD_MAX_BYTES),
            }

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            submit.check_file(file, SUFFIXES)
        return file

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        upload = data["file"] if isinstance(data.get("file"), UploadedFile) else None
        self.content_changed = upload is not None or bool({"profile", "categories"} & set(self.changed_data))
        data["title"] = data.get("title") or self.instance.title or submit.title_of(upload, "")
        return data
