"""Filters of the lists of subjects."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.jobs.changelist.job_filters import Choices, NotebookFilter, in_notebook
from tasks_app.models.engine.job import State

__all__ = ["JobStateFilter", "NotebookFilter", "in_notebook"]


class JobStateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Model]) -> Choices:
        return list(State.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return queryset.filter(job_state=self.value()) if self.value() else queryset
