"""Beat's own pages, with when a task runs next, which are late, and running one at once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django_celery_beat.admin import ClockedScheduleAdmin, CrontabScheduleAdmin, ScheduleAdmin
from django_celery_beat.admin import PeriodicTaskAdmin as StockPeriodicTaskAdmin
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from kombu.utils.json import loads

from tasks_app.admin.common import confirmation
from tasks_app.admin.common.confirmation import Confirmation
from tasks_app.admin.common.console_admin import ConsoleAdmin
from tasks_app.admin.common.display import NOTHING, badge, duration
from tasks_app.admin.jobs.status.liveness import beat_heartbeat
from tasks_app.jobs.transitions.broker import UNREACHABLE
from tasks_app.registry import TASK_PREFIX

RUN = "tasks_app.run_schedule"

LATE = timedelta(seconds=60)
"""Beat may be this much behind before a task counts as late."""

WHAT = {
    "beat": _("Records that beat is running."),
    "purge": _("Deletes old task results, bulk actions and idempotency keys, and forgets workers that are long gone."),
    "sweep": _("Recovers jobs whose worker is gone and resends lost messages."),
    "consistency_check": _("Continues to compare records that should be consistent."),
}
"""What the project's own tasks are for, by what follows TASK_PREFIX in their names."""

admin.site.unregister((ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule))


@admin.register(ClockedSchedule)
class MomentAdmin(ConsoleAdmin, ClockedScheduleAdmin):  # type: ignore[misc]
    """The stock page."""


@admin.register(CrontabSchedule)
class CrontabAdmin(ConsoleAdmin, CrontabScheduleAdmin):  # type: ignore[misc]
    """The stock page."""


@admin.register(IntervalSchedule, SolarSchedule)
class IntervalAdmin(ConsoleAdmin, ScheduleAdmin):  # type: ignore[misc]
    """The stock page."""


def next_run(task: PeriodicTask) -> datetime | None:
    """When beat is to send it next, possibly in the past; None where it is switched off."""
    if not task.enabled:
        return None
    since = task.last_run_at or task.date_changed
    rest: timedelta = task.schedule.remaining_estimate(timezone.localtime(since))
    return timezone.now() + rest


def is_late(task: PeriodicTask) -> bool:
    due = next_run(task)
    return due is not None and due < timezone.now() - LATE


class RhythmForm(forms.ModelForm):  # type: ignore[type-arg]
    """When a task runs. What runs, with which arguments and in which queue, is the project's to say."""

    class Meta:
        model = PeriodicTask
        fields = ("enabled", "interval", "crontab")


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(ConsoleAdmin, StockPeriodicTaskAdmin):  # type: ignore[misc]
    """The stock page, whose actions ask for no right and for no confirmation, with actions that do.

    Anyone who could name a task and its arguments could run any task of the workers as they like. So tasks are neither
    added nor deleted here, and only their rhythm is changed.
    """

    form = RhythmForm
    list_display = ("what", "enabled", "rhythm", "last_run", "next_run", "run_now")
    list_filter = ("enabled",)
    date_hierarchy = None
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    actions = ("enable_tasks", "disable_tasks")
    empty_text = _("No periodic tasks. Migrating the database restores the built-in ones.")
    change_list_template = "admin/tasks_app/schedule/change_list.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return (
            (None, {"fields": ("name", "description", "enabled", "interval", "crontab", "last_run_at")}),
            (_("What is run"), {"fields": ("task", "args", "kwargs", "queue", "priority"), "classes": ("collapse",)}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return tuple(
            name
            for _title, part in self.get_fieldsets(request, obj)
            for name in part["fields"]
            if name not in RhythmForm.Meta.fields
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[PeriodicTask]:
        tasks: QuerySet[PeriodicTask] = super().get_queryset(request)
        return tasks.order_by("name")

    @admin.display(description=_("periodic task"), ordering="name")
    def what(self, task: PeriodicTask) -> SafeString:
        return format_html(
            '{} <div class="quiet">{}</div>', task.name, WHAT.get(task.task.removeprefix(TASK_PREFIX), task.description)
        )

    @admin.display(description=_("interval"))
    def rhythm(self, task: PeriodicTask) -> str:
        if task.interval is None:
            return str(task.crontab or task.solar or task.clocked)
        return gettext("every %(time)s") % {"time": duration(task.interval.schedule.run_every)}

    @admin.display(description=_("last run"), ordering="last_run_at")
    def last_run(self, task: PeriodicTask) -> str:
        return _moment(task.last_run_at)

    @admin.display(description=_("next run"))
    def next_run(self, task: PeriodicTask) -> str | SafeString:
        if not task.enabled and task.task.removeprefix(TASK_PREFIX) in WHAT:
            return badge("failed", "✖", gettext("Disabled"))
        if is_late(task):
            return badge("failed", "✖", gettext("Late since %(time)s") % {"time": _moment(next_run(task))})
        return _moment(next_run(task))

    @admin.display(description=_("immediately"))
    def run_now(self, task: PeriodicTask) -> str | SafeString:
        """A button of the form beside the list: forms cannot be nested."""
        return format_html(
            '<button class="button" form="run-now" formaction="{}">{}…'
            '<span class="visually-hidden"> {}</span></button>',
            reverse("admin:django_celery_beat_periodictask_run", args=[task.pk]),
            gettext("Run now"),
            task.name,
        )

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = super().get_list_display(request)
        return shown if self._may_run(request) else [column for column in shown if column != "run_now"]

    @admin.action(description=_("Enable selected tasks"), permissions=("change",))
    def enable_tasks(self, request: HttpRequest, queryset: QuerySet[PeriodicTask]) -> None:
        self._switch(request, queryset, enabled=True)

    @admin.action(description=_("Disable selected tasks"), permissions=("change",))
    def disable_tasks(self, request: HttpRequest, queryset: QuerySet[PeriodicTask]) -> None:
        self._switch(request, queryset, enabled=False)

    def _switch(self, request: HttpRequest, queryset: QuerySet[PeriodicTask], *, enabled: bool) -> None:
        """One by one, so that beat notices the change and the history shows who made it."""
        said = gettext("Enabled.") if enabled else gettext("Disabled.")
        for task in queryset:
            task.enabled = enabled
            try:
                task.save()
            except ValidationError as error:
                messages.error(request, f"{task.name}: {' '.join(error.messages)}")
                continue
            self.log_change(request, task, said)
            messages.success(request, f"{task.name}: {said}")

    def changelist_view(self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        context = {"tick": beat_heartbeat(), "sweep_seconds": settings.JOB_SWEEP_SECONDS, **(extra_context or {})}
        response: HttpResponse = super().changelist_view(request, context)
        return response

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        run = path("<int:task_id>/run/", view(self.run_view), name="django_celery_beat_periodictask_run")
        return [run, *super().get_urls()]

    @method_decorator(require_POST)
    def run_view(self, request: HttpRequest, task_id: int) -> HttpResponse:
        """Send the task's message now, as beat would; its schedule stays as it is."""
        if not self._may_run(request):
            raise PermissionDenied
        task = get_object_or_404(PeriodicTask, pk=task_id)
        back = reverse("admin:django_celery_beat_periodictask_changelist")
        question = Confirmation(
            title=gettext("Run %(task)s now?") % {"task": task.name},
            will=[gettext("It is sent once, immediately. The next scheduled run does not change.")],
            button=_("Run now"),
            back=back,
        )
        answer = confirmation.answer(self, request, question)
        if isinstance(answer, HttpResponse):
            return answer
        try:
            _send(task)
        except UNREACHABLE:
            messages.error(request, gettext("Redis cannot be reached, so the task was not sent. Try again later."))
            return HttpResponseRedirect(back)
        reason = gettext("Reason: %(reason)s") % {"reason": answer} if answer else ""
        self.log_change(request, task, " ".join((gettext("Run now."), reason)).strip())
        messages.success(request, gettext("Sent: %(task)s.") % {"task": task.name})
        return HttpResponseRedirect(back)

    def _may_run(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and request.user.has_perm(RUN)


def _send(task: PeriodicTask) -> None:
    """Raises one of UNREACHABLE."""
    current_app.send_task(
        task.task,
        args=loads(task.args or "[]"),
        kwargs=loads(task.kwargs or "{}"),
        queue=task.queue or None,
        headers={"periodic_task_name": task.name},
    )


def _moment(moment: datetime | None) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else NOTHING
