"""Jobs: a list that stays quick at a million rows, a page with everything about one job, and the actions of staff."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.common.display import NOTHING, duration, state_badge
from tasks_app.admin.common.paginators import CappedPaginator, FoundPaginator
from tasks_app.admin.common.read_only import ReadOnlyAdmin
from tasks_app.admin.jobs import detail, error_view
from tasks_app.admin.jobs.actions import action_views, bulk_views
from tasks_app.admin.jobs.actions.job_actions import ACKNOWLEDGE, CANCEL, FAIL, REQUEUE, RESTART, VERBS
from tasks_app.admin.jobs.changelist import csv_export
from tasks_app.admin.jobs.changelist.job_filters import (
    AcknowledgedFilter,
    AgeFilter,
    CauseFilter,
    ErrorGroupFilter,
    FinishedFilter,
    KindFilter,
    NotebookFilter,
    QueueFilter,
    RequestedByFilter,
    StuckFilter,
)
from tasks_app.admin.jobs.changelist.job_search import search
from tasks_app.admin.jobs.status.durations import with_times
from tasks_app.models import Job
from tasks_app.models.engine.job import State

FAILURE_CHARACTERS = 60
"""Of the message of a failure, in the list."""


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("what", "state_shown", "progress", "attempts_used", "times", "requested_by", "created")
    list_filter = (
        "state",
        StuckFilter,
        KindFilter,
        QueueFilter,
        CauseFilter,
        AcknowledgedFilter,
        ErrorGroupFilter,
        AgeFilter,
        FinishedFilter,
        RequestedByFilter,
        NotebookFilter,
    )
    date_hierarchy = "created_at"
    list_select_related = ("requested_by",)
    list_per_page = 50
    list_max_show_all = 0
    sortable_by = ("created",)
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("id__exact", "subject_id__exact", "dispatch_id__exact", "title_search")
    search_help_text = _("A full id (job, subject or Celery) or part of a title")
    show_full_result_count = False
    actions = (
        "requeue_selected",
        "restart_selected",
        "fail_selected",
        "cancel_selected",
        "acknowledge_selected",
        "export_selected",
    )
    empty_text = _("No jobs yet. They are created when sources are added.")
    change_form_template = "admin/tasks_app/job/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        return with_times(super().get_queryset(request).defer("title_search"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Job], search_term: str
    ) -> tuple[QuerySet[Job], bool]:
        term = search_term.strip()
        return (search(queryset, term) if term else queryset), False

    def get_paginator(self, request: HttpRequest, *args: Any, **kwargs: Any) -> CappedPaginator:
        searched = bool(request.GET.get(SEARCH_VAR, "").strip())
        return FoundPaginator(*args, **kwargs) if searched else CappedPaginator(*args, **kwargs)

    @admin.display(description=_("job"))
    def what(self, job: Job) -> SafeString:
        failure = Truncator(job.error_text).chars(FAILURE_CHARACTERS) if job.state == State.FAILED else ""
        return format_html(
            '<span class="title">{}</span><span class="quiet">{}</span>',
            job.subject_title or job.pk,
            f"{job.kind_label}: {failure}" if failure else job.kind_label,
        )

    @admin.display(description=_("state"), ordering="state")
    def state_shown(self, job: Job) -> SafeString:
        return state_badge(job.state)

    @admin.display(description=_("progress"))
    def progress(self, job: Job) -> str | SafeString:
        stage = job.current_stage
        if stage is None:
            return NOTHING
        if job.state != State.RUNNING or job.percent is None:
            return str(stage.label)
        return format_html(
            '{}<br><progress max="100" value="{}" aria-label="{}"></progress> {}%',
            stage.label,
            job.percent,
            gettext("progress"),
            job.percent,
        )

    @admin.display(description=_("attempt"))
    def attempts_used(self, job: Job) -> str:
        return f"{job.attempt}/{job.max_attempts}"

    @admin.display(description=_("wait / run"))
    def times(self, job: Any) -> str:
        return f"{duration(job.waited)} / {duration(job.ran)}"

    @admin.display(description=_("created"), ordering="created_at")
    def created(self, job: Job) -> SafeString:
        moment = timezone.localtime(job.created_at)
        return format_html(
            '<time datetime="{}">{}</time>', moment.isoformat(), date_format(moment, "SHORT_DATETIME_FORMAT")
        )

    @admin.action(description=_("Requeue selected jobs"), permissions=("requeue",))
    def requeue_selected(self, request: HttpRequest, queryset: QuerySet[Job]) -> HttpResponse:
        return action_views.from_list(self, request, REQUEUE, queryset)

    @admin.action(description=_("Requeue selected jobs from the start"), permissions=("restart",))
    def restart_selected(self, request: HttpRequest, queryset: QuerySet[Job]) -> HttpResponse:
        return action_views.from_list(self, request, RESTART, queryset)

    @admin.action(description=_("Mark selected jobs as failed"), permissions=("fail",))
    def fail_selected(self, request: HttpRequest, queryset: QuerySet[Job]) -> HttpResponse:
        return action_views.from_list(self, request, FAIL, queryset)

    @admin.action(description=_("Cancel selected jobs"), permissions=("cancel",))
    def cancel_selected(self, request: HttpRequest, queryset: QuerySet[Job]) -> HttpResponse:
        return action_views.from_list(self, request, CANCEL, queryset)

    @admin.action(description=_("Acknowledge selected failures"), permissions=("acknowledge",))
    def acknowledge_selected(self, request: HttpRequest, queryset: QuerySet[Job]) -> HttpResponse:
        return action_views.from_list(self, request, ACKNOWLEDGE, queryset)

    @admin.action(description=_("Export as CSV"), permissions=("view",))
    def export_selected(self, request: HttpRequest, queryset: QuerySet[Job]) -> HttpResponseBase:
        return csv_export.response(queryset)

    def has_requeue_permission(self, request: HttpRequest) -> bool:
        return REQUEUE.allowed(self, request)

    def has_restart_permission(self, request: HttpRequest) -> bool:
        return RESTART.allowed(self, request)

    def has_acknowledge_permission(self, request: HttpRequest) -> bool:
        return ACKNOWLEDGE.allowed(self, request)

    def has_fail_permission(self, request: HttpRequest) -> bool:
        return FAIL.allowed(self, request)

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        return CANCEL.allowed(self, request)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        verbs = [
            path(
                f"verb/{verb.name}/",
                view(action_views.view),
                {"model_admin": self, "verb": verb},
                name=f"tasks_app_job_{verb.name}",
            )
            for verb in VERBS
        ]
        live = path("<uuid:job_id>/live/", view(self.live_view), name="tasks_app_job_live")
        errors = path("errors/", view(error_view.errors), {"model_admin": self}, name="tasks_app_job_errors")
        return [*verbs, live, errors, *bulk_views.urls(self), *super().get_urls()]

    def live_view(self, request: HttpRequest, job_id: UUID) -> HttpResponse:
        """The part of the job's page that changes while it is active."""
        self.require_view(request)
        job = get_object_or_404(self.get_queryset(request), pk=job_id)
        return render(request, "console/jobs/job_live.html", detail.context(request, job))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        job = self.get_object(request, object_id)
        context = detail.context(request, job) if job and self.has_view_permission(request) else {}
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})
