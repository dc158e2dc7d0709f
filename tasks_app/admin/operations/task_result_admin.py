"""Celery's own records, made bearable: read only, counted cheaply, each leading back to its job."""

from uuid import UUID

import django_celery_results.admin  # noqa: F401 - registers what this page replaces
from celery import states
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_celery_results.models import GroupResult, TaskResult

from tasks_app.admin.common.display import NOTHING
from tasks_app.admin.common.paginators import CappedPaginator
from tasks_app.admin.common.read_only import ReadOnlyAdmin
from tasks_app.admin.jobs.changelist.job_filters import Choices
from tasks_app.models import Attempt

admin.site.unregister(TaskResult)
admin.site.unregister(GroupResult)


class StatusFilter(admin.SimpleListFilter):
    """The states our results can be in, rather than those that some row happens to have."""

    title = _("Task State")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Model]) -> Choices:
        return [(state, state) for state in (states.STARTED, states.SUCCESS, states.FAILURE, states.REVOKED)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return queryset.filter(status=self.value()) if self.value() else queryset


@admin.register(TaskResult)
class TaskResultAdmin(ReadOnlyAdmin):
    """One row per attempt of a job, and one per run of a periodic task."""

    list_display = ("task_id", "task_name", "status", "date_done")
    list_filter = (StatusFilter,)
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("task_id__exact",)
    search_help_text = _("The full Celery id")
    ordering = ("-id",)
    sortable_by = ()
    paginator = CappedPaginator
    show_full_result_count = False
    fields = (
        "job",
        "task_id",
        "task_name",
        "periodic_task_name",
        "status",
        "worker",
        "task_args",
        "result",
        "traceback",
        "date_created",
        "date_started",
        "date_done",
    )
    readonly_fields = ("job",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TaskResult]:
        return super().get_queryset(request).defer("result", "traceback", "meta", "task_args", "task_kwargs")

    @admin.display(description=_("job"))
    def job(self, result: TaskResult) -> str:
        attempt = attempt_of(result.task_id)
        if attempt is None:
            return NOTHING
        return format_html(
            '<a href="{}">{} ({})</a>',
            reverse("admin:tasks_app_job_change", args=[attempt.job_id]),
            attempt.job,
            _("attempt %(number)s") % {"number": attempt},
        )


@admin.register(GroupResult)
class GroupResultAdmin(ReadOnlyAdmin):
    list_display = ("group_id", "date_done")
    search_fields = ("group_id__exact",)
    paginator = CappedPaginator
    show_full_result_count = False


def attempt_of(task_id: str) -> Attempt | None:
    """The attempt that a Celery id belongs to; None for a periodic task's."""
    try:
        return Attempt.objects.select_related("job").filter(task_id=UUID(task_id)).first()
    except ValueError:
        return None
