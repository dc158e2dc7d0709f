"""Filters of the job list. Choices come from the registry, never from the rows."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tasks_app.registry import job_types, kind_choices

Choices = list[tuple[str, Any]]
"""(value, label) pairs."""


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


class FinishedFilter(admin.SimpleListFilter):
    title = _("finished")
    parameter_name = "finished"
    spans = {"1h": timedelta(hours=1), "24h": timedelta(hours=24), "7d": timedelta(days=7)}

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Model]) -> Choices:
        return [("1h", _("Last hour")), ("24h", _("Last 24 hours")), ("7d", _("Last 7 days"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        span = self.spans.get(self.value() or "")
        return queryset.filter(finished_at__gte=timezone.now() - span) if span else queryset
