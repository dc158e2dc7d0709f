"""Sources: put a document in, watch the work on it, take the result out."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.admin import intake, source_page
from tasks_app.admin.paginator import CappedPaginator
from tasks_app.admin.presentation import NOTHING, state_badge
from tasks_app.admin.provider_lines import recipients
from tasks_app.admin.source_filters import JobStateFilter, NotebookFilter
from tasks_app.admin.source_form import SourceForm
from tasks_app.models import Job, Source


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = SourceForm
    list_display = ("title", "notebook", "state", "updated_at")
    list_filter = (JobStateFilter, NotebookFilter)
    list_select_related = ("notebook",)
    search_fields = ("title", "filename")
    autocomplete_fields = ("notebook",)
    paginator = CappedPaginator
    show_full_result_count = False
    empty_text = _("No sources yet. Add one: upload a document or paste a text.")
    change_form_template = "admin/tasks_app/source/change_form.html"
    delete_confirmation_template = "console/delete_confirmation.html"
    delete_selected_confirmation_template = "console/delete_selected_confirmation.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        """With `job_state`, the state of the newest job. Index: job_of_subject."""
        newest = Job.objects.filter(kind="source", subject_id=OuterRef("pk")).order_by("-created_at")
        sources: QuerySet[Source] = super().get_queryset(request)
        return sources.annotate(job_state=Subquery(newest.values("state")[:1]))

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> tuple[str, ...]:
        return ("notebook",) if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Source | None = None) -> Any:
        if obj is None:
            fields = ("notebook", "title", "file", "pasted_text")
            return ((None, {"fields": fields, "description": recipients()}),)
        replace = gettext("Upload another file or change the text, and the work starts over on it.")
        return (
            (None, {"fields": ("notebook", "title")}),
            (_("Replace the content"), {"fields": ("file", "pasted_text"), "description": f"{replace} {recipients()}"}),
        )

    @admin.display(description=_("state"), ordering="job_state")
    def state(self, source: Any) -> str | SafeString:
        return state_badge(source.job_state) if source.job_state else NOTHING

    def save_model(self, request: HttpRequest, obj: Source, form: SourceForm, change: bool) -> None:
        """Row, file and job are stored in one transaction; the worker hears of it once that holds."""
        if not change:
            obj.created_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)
        if form.content_changed:
            intake.send_to_work(request, obj)

    def response_add(self, request: HttpRequest, obj: Source, post_url_continue: str | None = None) -> HttpResponse:
        """After putting something in, one wants to see what becomes of it."""
        if {"_addanother", "_continue", "_popup"} & request.POST.keys():
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, gettext("%(title)s was saved and sent to work.") % {"title": obj.title})
        return HttpResponseRedirect(self._page_of(obj))

    def response_change(self, request: HttpRequest, obj: Source) -> HttpResponse:
        if {"_addanother", "_continue"} & request.POST.keys():
            return super().response_change(request, obj)
        messages.success(request, gettext("%(title)s was saved.") % {"title": obj.title})
        return HttpResponseRedirect(self._page_of(obj))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        source = self.get_object(request, object_id)
        context: dict[str, Any] = {}
        if source and self.has_view_permission(request, source):
            context = {**source_page.status(request, source), **source_page.outcome(request, source)}
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:source_id>/live/", view(self.live_view), name="tasks_app_source_live"),
            path("<uuid:source_id>/download/", view(self.download_view), name="tasks_app_source_download"),
            path("<uuid:source_id>/text/", view(self.text_view), name="tasks_app_source_text"),
            *super().get_urls(),
        ]

    def live_view(self, request: HttpRequest, source_id: UUID) -> HttpResponse:
        """How the work goes; once it is done, what came out comes along."""
        source = self._readable(request, source_id)
        context = source_page.status(request, source)
        if context["job"] is None or context["job"].done:
            context |= source_page.outcome(request, source)
        return render(request, "console/source_live.html", context)

    def download_view(self, request: HttpRequest, source_id: UUID) -> HttpResponseBase:
        """The uploaded file, byte for byte, under the name it came with."""
        source = self._readable(request, source_id)
        try:
            return FileResponse(source.file.open(), as_attachment=True, filename=source.filename)
        except (ValueError, FileNotFoundError):
            messages.error(request, gettext("There is no file to download. Upload it again."))
            return HttpResponseRedirect(self._page_of(source))

    def text_view(self, request: HttpRequest, source_id: UUID) -> HttpResponseBase:
        """All of the formatted text as a file."""
        source = self._readable(request, source_id)
        response = HttpResponse(source.document.formatted_text, content_type="text/plain; charset=utf-8")
        name = slugify(source.title, allow_unicode=True) or "text"
        response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.txt") or "attachment"
        return response

    def _readable(self, request: HttpRequest, source_id: UUID) -> Source:
        """The right is asked for first, so that an answer tells nobody without it which sources there are."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(Source, pk=source_id)

    def _page_of(self, source: Source) -> str:
        return reverse("admin:tasks_app_source_change", args=[source.pk])
