"""Minutes: records of meetings put into a notebook, with what the meetings came to."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.content.base import job_status
from tasks_app.admin.content.base.file_or_text_form import FileOrTextForm
from tasks_app.admin.content.base.subject_admin import SubjectAdmin
from tasks_app.admin.content.base.subject_filters import JobStateFilter, NotebookFilter
from tasks_app.admin.content.minutes_view import proceedings
from tasks_app.admin.operations.providers.provider_status import recipients
from tasks_app.models import Minute
from tasks_app.models.content.minute import require_same_notebook


class SourcesOfNotebook(AutocompleteSelectMultiple):
    """Offers the sources of one notebook where that is known."""

    notebook_id: Any = None

    def get_url(self) -> str:
        url = super().get_url()
        return f"{url}?notebook={self.notebook_id}" if self.notebook_id else url


class MinuteForm(FileOrTextForm):
    class Meta(FileOrTextForm.Meta):
        model = Minute
        fields = ("notebook", "title", "file", "pasted_text", "sources")
        widgets = {
            **FileOrTextForm.Meta.widgets,
            "sources": SourcesOfNotebook(Minute._meta.get_field("sources"), admin.site),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "sources" in self.fields:
            self.fields["sources"].help_text = gettext("Sources in the same notebook that relate to this meeting.")
            widget: Any = self.fields["sources"].widget  # the admin may have wrapped it
            getattr(widget, "widget", widget).notebook_id = self.instance.notebook_id or self.initial.get("notebook")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        notebook = data.get("notebook") or (self.instance.notebook if self.instance.notebook_id else None)
        if notebook and data.get("sources"):
            try:
                require_same_notebook(notebook.pk, [source.pk for source in data["sources"]])
            except ValidationError as error:
                self.add_error("sources", error)
        return data


@admin.register(Minute)
class MinuteAdmin(SubjectAdmin):
    form = MinuteForm
    outcome_template = "console/content/minute_outcome.html"
    list_display = ("title", "notebook", "state", "updated_at")
    list_filter = (JobStateFilter, NotebookFilter)
    list_select_related = ("notebook",)
    search_fields = ("title__folded", "filename__folded")
    autocomplete_fields = ("notebook",)
    empty_text = _("No minutes yet. Add some: upload or paste the record of a meeting.")

    def outcome(self, request: HttpRequest, subject: Minute) -> dict[str, Any]:
        related = subject.sources.order_by("title") if request.user.has_perm("tasks_app.view_source") else ()
        return {
            **super().outcome(request, subject),
            **proceedings(request, subject.document_id, job_status.address(subject, "read")),
            "related": [(source.title, job_status.address(source, "change")) for source in related],
        }

    def get_readonly_fields(self, request: HttpRequest, obj: Minute | None = None) -> tuple[str, ...]:
        return ("notebook",) if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Minute | None = None) -> Any:
        if obj is None:
            fields = ("notebook", "title", "file", "pasted_text", "sources")
            return ((None, {"fields": fields, "description": recipients()}),)
        replace = gettext("Upload another file or change the text to process it again.")
        return (
            (None, {"fields": ("notebook", "title", "sources")}),
            (_("Replace content"), {"fields": ("file", "pasted_text"), "description": f"{replace} {recipients()}"}),
        )
