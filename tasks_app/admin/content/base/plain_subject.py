"""Pages for subjects of kinds that have a button and no page of their own: fields, jobs and what came out."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.content.base import job_status
from tasks_app.admin.content.base.subject_admin import SubjectAdmin
from tasks_app.admin.content.base.subject_filters import JobStateFilter
from tasks_app.jobs.transitions import subjects
from tasks_app.models import Document
from tasks_app.models.engine.job import State
from tasks_app.registry import job_types


class PlainForm(forms.ModelForm):  # type: ignore[type-arg]
    """Every field of the row is content."""

    @property
    def content_changed(self) -> bool:
        """Whether there is something new to process, and a kind that does so."""
        kinds = subjects.kinds_of(self._meta.model)
        return self.has_changed() and any(job_types[kind].primary for kind in kinds)


class PlainSubjectAdmin(SubjectAdmin):
    form = PlainForm
    list_display = ("title", "state", "updated_at")
    list_filter = (JobStateFilter,)
    search_fields = ("title__folded",)
    outcome_template = "console/content/base/plain_outcome.html"
    empty_text = _("Nothing here yet.")
    nothing_done = _("Nothing has been done with this yet.")

    def outcome(self, request: HttpRequest, subject: Any) -> dict[str, Any]:
        """The figures of each kind whose newest job succeeded."""
        done = [job for job in job_status.newest_jobs(subject.pk, self.kinds) if job.state == State.SUCCEEDED]
        return {"outcomes": [(job_types[job.kind], job_types[job.kind].outputs(subject)) for job in done]}

    def document_of(self, subject: Any) -> Document:
        document: Document | None = getattr(subject, "document", None)
        if document is None:
            raise Http404
        return document

    def download_view(self, request: HttpRequest, subject_id: UUID) -> HttpResponseBase:
        if not hasattr(self.readable(request, subject_id), "file"):
            raise Http404
        return super().download_view(request, subject_id)


def register_remaining() -> None:
    """Give each subject whose kinds have a button a page, where no module of the console registered one."""
    for job_type in job_types.values():
        model = subjects.model_of(job_type)
        has_button = any(request.button and not request.on for request in job_type.requests)
        if has_button and not admin.site.is_registered(model):
            admin.site.register(model, PlainSubjectAdmin)
