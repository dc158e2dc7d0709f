"""Slide templates: PowerPoint files whose look decks take on."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.common.console_admin import ConsoleAdmin
from tasks_app.admin.common.paginators import CappedPaginator
from tasks_app.admin.content.base import submit
from tasks_app.errors import JobError
from tasks_app.models import SlideTemplate
from tasks_app.stages.slides import template
from tasks_app.text.decks.template_suffixes import MACRO_SUFFIXES, SUFFIXES


class SlideTemplateForm(forms.ModelForm[SlideTemplate]):
    title = forms.CharField(
        label=_("title"), max_length=255, required=False, help_text=_("If left empty, the file name is used.")
    )

    class Meta:
        model = SlideTemplate
        fields = ("title", "file")
        widgets = {"file": forms.FileInput(attrs={"accept": ",".join(SUFFIXES)})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].required = True
            self.fields["file"].help_text = gettext("%(kinds)s without macros, up to %(limit)s.") % {
                "kinds": " ".join(SUFFIXES),
                "limit": filesizeformat(SlideTemplate.largest_file()),
            }

    def clean_file(self) -> Any:
        """Judged here as it will be judged by the job."""
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            submit.check_file(file, (*SUFFIXES, *MACRO_SUFFIXES), SlideTemplate.largest_file())
            try:
                template.checked(file, file.name or "")
            except JobError as refusal:
                raise ValidationError(str(refusal.message) % refusal.details, refusal.code) from refusal
            file.seek(0)
        return file

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        file = data.get("file")
        upload = file if isinstance(file, UploadedFile) else None
        data["title"] = data.get("title") or self.instance.title or submit.title_of(upload, "")
        return data


@admin.register(SlideTemplate)
class SlideTemplateAdmin(ConsoleAdmin):
    form = SlideTemplateForm
    list_display = ("title", "original", "created_at")
    search_fields = ("title__folded", "filename__folded")
    readonly_fields = ("original",)
    paginator = CappedPaginator
    show_full_result_count = False
    empty_text = _("No templates yet; decks use the built-in one. Add a .potx or .pptx file to use its design.")

    def get_fieldsets(self, request: HttpRequest, obj: SlideTemplate | None = None) -> Any:
        return ((None, {"fields": ("title", "file") if obj is None else ("title", "original", "file")}),)

    @admin.display(description=_("file name"))
    def original(self, template: SlideTemplate) -> SafeString:
        address = reverse("admin:tasks_app_slidetemplate_download", args=[template.pk])
        return format_html('<a href="{}">{}</a>', address, template.filename)

    def save_model(self, request: HttpRequest, obj: SlideTemplate, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[URLPattern]:
        download = self.admin_site.admin_view(self.download_view)
        return [
            path("<int:template_id>/download/", download, name="tasks_app_slidetemplate_download"),
            *super().get_urls(),
        ]

    def download_view(self, request: HttpRequest, template_id: int) -> HttpResponseBase:
        """The file as it was uploaded."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = get_object_or_404(SlideTemplate, pk=template_id)
        try:
            return FileResponse(found.file.open(), as_attachment=True, filename=found.filename)
        except FileNotFoundError as error:
            raise Http404 from error
