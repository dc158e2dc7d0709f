"""Sources: documents put into a notebook."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.content.base.file_or_text_form import FileOrTextForm
from tasks_app.admin.content.base.subject_admin import SubjectAdmin
from tasks_app.admin.content.base.subject_filters import JobStateFilter, NotebookFilter, in_notebook
from tasks_app.admin.operations.providers.provider_status import recipients
from tasks_app.models import Source


class SourceForm(FileOrTextForm):
    class Meta(FileOrTextForm.Meta):
        model = Source
        fields = ("notebook", "title", "file", "pasted_text")


@admin.register(Source)
class SourceAdmin(SubjectAdmin):
    form = SourceForm
    list_display = ("title", "notebook", "state", "updated_at")
    list_filter = (JobStateFilter, NotebookFilter)
    list_select_related = ("notebook",)
    search_fields = ("title__folded", "filename__folded")
    autocomplete_fields = ("notebook",)
    empty_text = _("No sources yet. Add one: upload a document or paste text.")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Where sources are offered for choice, those of the notebook that is asked for."""
        return super().get_search_results(request, in_notebook(queryset, request.GET.get("notebook")), search_term)

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> tuple[str, ...]:
        return ("notebook",) if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Source | None = None) -> Any:
        if obj is None:
            fields = ("notebook", "title", "file", "pasted_text")
            return ((None, {"fields": fields, "description": recipients()}),)
        replace = gettext("Upload another file or change the text to process it again.")
        return (
            (None, {"fields": ("notebook", "title")}),
            (_("Replace content"), {"fields": ("file", "pasted_text"), "description": f"{replace} {recipients()}"}),
        )
