"""Filters of the job list. Choices come from the registry or a few of the newest rows, never from all of them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.jobs.changelist.error_groups import ErrorGroup, jobs_of
from tasks_app.admin.jobs.changelist.stuck import stuck
from tasks_app.models import Job, Notebook
from tasks_app.models.engine.job import State
from tasks_app.registry import job_types, kind_choices

Choices = list[tuple[str, Any]]
"""(value, label) pairs."""

NEWEST_SCAN_LIMIT = 200
"""Jobs of which the choices of a filter are taken."""

OFFERED = 20
LABEL_CHARACTERS = 40

SPANS = {
    "1h": (timedelta(hours=1), _("Last hour")),
    "24h": (timedelta(hours=24), _("Last 24 hours")),
    "7d": (timedelta(days=7), _("Last 7 days")),
}


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Model]) -> Choices:
        return [*kind_choices()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class QueueFilter(admin.SimpleListFilter):
    title = _("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Model]) -> Choices:
        used = dict.fromkeys(job_type.queue.name for job_type in job_types.values())
        return [(name, name) for name in used]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return queryset.filter(queue=self.value()) if self.value() else queryset


class StuckFilter(admin.SimpleListFilter):
    title = _("stuck")
    parameter_name = "stuck"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Model]) -> Choices:
        return [("yes", _("Stuck"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return stuck(queryset) if self.value() == "yes" else queryset


class CauseFilter(admin.SimpleListFilter):
    """The errors of the newest failures, each described by the message of one of them."""

    title = _("cause")
    parameter_name = "cause"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Model]) -> Choices:
        failures = Job.objects.filter(state=State.FAILED).order_by("-finished_at")
        words = failures.only("error_code", "error_message", "error_details")
        told: dict[str, str] = {}
        for job in words[:NEWEST_SCAN_LIMIT]:
            if job.error_code not in told:
                told[job.error_code] = Truncator(job.error_text).chars(LABEL_CHARACTERS)
        offered = dict(list(told.items())[:OFFERED])
        chosen = request.GET.get(self.parameter_name)
        if chosen:
            offered.setdefault(chosen, told.get(chosen, chosen))
        return list(offered.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return queryset.filter(state=State.FAILED, error_code=self.value()) if self.value() else queryset


class ErrorGroupFilter(admin.SimpleListFilter):
    """One group of the page of errors; offered only while it is chosen."""

    title = _("failures by cause")
    parameter_name = "cluster"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Model]) -> Choices:
        chosen = ErrorGroup.parse(request.GET.get(self.parameter_name, ""))
        return [(str(chosen), chosen.code)] if chosen else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = ErrorGroup.parse(self.value() or "")
        return jobs_of(queryset, chosen) if chosen else queryset


class AcknowledgedFilter(admin.SimpleListFilter):
    """Of the failures alone."""

    title = _("acknowledged")
    parameter_name = "acknowledged"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Model]) -> Choices:
        return [("no", _("Not yet")), ("yes", _("Acknowledged"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.filter(state=State.FAILED, acknowledged_at__isnull=self.value() == "no")


class AgeFilter(admin.SimpleListFilter):
    """When a job was submitted."""

    title = _("age")
    parameter_name = "age"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Model]) -> Choices:
        older = [("over-24h", _("Older than 24 hours")), ("over-7d", _("Older than 7 days"))]
        return [*((name, label) for name, (_span, label) in SPANS.items()), *older]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        name = self.value() or ""
        span, _label = SPANS.get(name.removeprefix("over-"), (None, ""))
        if span is None:
            return queryset
        if name.startswith("over-"):
            return queryset.filter(created_at__lt=Now() - span)
        return queryset.filter(created_at__gte=Now() - span)


class FinishedFilter(admin.SimpleListFilter):
    title = _("finished")
    parameter_name = "finished"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Model]) -> Choices:
        return [(name, label) for name, (_span, label) in SPANS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        span, _label = SPANS.get(self.value() or "", (None, ""))
        return queryset.filter(finished_at__gte=Now() - span) if span else queryset


class RequestedByFilter(admin.SimpleListFilter):
    """Anyone who asked for one of the newest jobs."""

    title = _("requested by")
    parameter_name = "requested_by"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Model]) -> Choices:
        newest = Job.objects.order_by("-created_at", "-id").values_list("requested_by", flat=True)[:NEWEST_SCAN_LIMIT]
        wanted = [user for user in dict.fromkeys(newest) if user is not None][:OFFERED]
        chosen = request.GET.get(self.parameter_name, "")
        if chosen.isdecimal():
            wanted.append(int(chosen))
        names = get_user_model()._default_manager.in_bulk(wanted)
        return [(str(pk), names[pk].get_username()) for pk in dict.fromkeys(wanted) if pk in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        if not self.value():
            return queryset
        return queryset.filter(requested_by=int(self.value() or 0)) if (self.value() or "").isdecimal() else queryset


class NotebookFilter(admin.SimpleListFilter):
    """The notebooks last changed, and the one chosen from elsewhere: never all there are."""

    title = _("notebook")
    parameter_name = "notebook"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Model]) -> Choices:
        offered = dict(Notebook.objects.values_list("pk", "title")[:OFFERED])
        chosen = _uuid(request.GET.get(self.parameter_name))
        if chosen and chosen not in offered:
            offered.update(Notebook.objects.filter(pk=chosen).values_list("pk", "title"))
        return [(str(pk), title) for pk, title in offered.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return in_notebook(queryset, self.value())


def in_notebook(rows: QuerySet[Any], notebook: str | None) -> QuerySet[Any]:
    """All rows where none is asked for; no row where what is asked for can be none."""
    if not notebook:
        return rows
    chosen = _uuid(notebook)
    return rows.filter(notebook_id=chosen) if chosen else rows.none()


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
