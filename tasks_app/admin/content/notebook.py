"""Notebooks, and putting many files into one at once."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.common.console_admin import ConsoleAdmin
from tasks_app.admin.common.paginators import CappedPaginator
from tasks_app.admin.content.base import submit
from tasks_app.admin.content.base.multi_file_form import FilesForm
from tasks_app.models import Minute, Notebook, Source

TITLES_SHOWN = 20
"""Rows of each sort named on the page that asks before deleting notebooks."""


def _held(model: type[Source | Minute]) -> Coalesce:
    """How many rows of the model a notebook holds."""
    rows = model._default_manager.filter(notebook=OuterRef("pk")).order_by().values("notebook")
    return Coalesce(Subquery(rows.values(count=Count("pk")), output_field=IntegerField()), 0)


@admin.register(Notebook)
class NotebookAdmin(ConsoleAdmin):
    list_display = ("title", "owner", "source_count", "is_public", "updated_at")
    list_filter = ("is_public",)
    list_select_related = ("owner",)
    search_fields = ("title__folded",)
    autocomplete_fields = ("owner",)
    paginator = CappedPaginator
    show_full_result_count = False
    empty_text = _("No notebooks yet. Add one, then add documents to it.")
    change_form_template = "admin/tasks_app/notebook/change_form.html"
    delete_confirmation_template = "console/common/delete_confirmation.html"
    delete_selected_confirmation_template = "console/common/delete_selected_confirmation.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notebook]:
        notebooks: QuerySet[Notebook] = super().get_queryset(request)
        return notebooks.annotate(sources_held=_held(Source), minutes_held=_held(Minute))

    def get_deleted_objects(
        self, objs: Sequence[Any] | QuerySet[Any], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """Summarised by the sources and minutes in them: listing every chunk would read every text once per chunk."""
        titles: list[Any] = []
        counts = {str(Notebook._meta.verbose_name_plural): len(objs)}
        lacking = set()
        for model in (Source, Minute):
            rows = model._default_manager.filter(notebook__in=objs)
            held = rows.count()
            if not held:
                continue
            titles += rows.values_list("title", flat=True)[:TITLES_SHOWN]
            if held > TITLES_SHOWN:
                titles.append(gettext("and %(count)d more") % {"count": held - TITLES_SHOWN})
            counts[str(model._meta.verbose_name_plural)] = held
            if not request.user.has_perm(f"tasks_app.delete_{model._meta.model_name}"):
                lacking.add(str(model._meta.verbose_name))
        return [*(str(notebook) for notebook in objs), titles], counts, lacking, []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"owner": request.user.pk, **super().get_changeform_initial_data(request)}

    @admin.display(description=_("sources"))
    def source_count(self, notebook: Any) -> int:
        held: int = notebook.sources_held
        return held

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        rights = {f"may_add_{name}": request.user.has_perm(f"tasks_app.add_{name}") for name in ("source", "minute")}
        rights["may_chat"] = request.user.has_perm("tasks_app.view_chatsession")
        return super().change_view(request, object_id, form_url, {**rights, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        upload = self.admin_site.admin_view(self.upload_view)
        return [
            path("<uuid:notebook_id>/upload/", upload, name="tasks_app_notebook_upload"),
            *super().get_urls(),
        ]

    def upload_view(self, request: HttpRequest, notebook_id: UUID) -> HttpResponse:
        """Each good file becomes a source at work; each bad one is named with its reason."""
        if not (self.has_view_permission(request) and request.user.has_perm("tasks_app.add_source")):
            raise PermissionDenied
        notebook = get_object_or_404(Notebook, pk=notebook_id)
        form = FilesForm(request.POST, request.FILES) if request.method == "POST" else FilesForm()
        files = request.FILES.getlist("documents")
        if files:
            self._take_in(request, notebook, files)
            sources = reverse("admin:tasks_app_source_changelist")
            return HttpResponseRedirect(f"{sources}?notebook={notebook.pk}")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Upload files"),
            "holder": notebook,
            "form": form,
            "hint": _("Choose several files at once, or drop them here. Each becomes a separate source."),
        }
        return render(request, "console/common/upload.html", context)

    def _take_in(self, request: HttpRequest, notebook: Notebook, files: "list[UploadedFile[Any]]") -> None:
        taken = 0
        for file in submit.acceptable(request, files):
            with transaction.atomic():
                source = Source(
                    notebook=notebook,
                    title=submit.title_of(file, ""),
                    file=file,
                    created_by=request.user,  # type: ignore[misc]
                )
                source.save()
                self.log_addition(request, source, [{"added": {}}])
                submit.enqueue_from_console(request, source, priority=submit.priority_of(len(files)))
            taken += 1
        submit.report_accepted(request, taken)
