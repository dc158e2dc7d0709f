"""Filters of the lists of subjects."""

from uuid import UUID

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.job_filters import Choices
from tasks_app.models import Notebook
from tasks_app.models.job import State

NOTEBOOKS_OFFERED = 20


class NotebookFilter(admin.SimpleListFilter):
    """The notebooks last changed, and the one chosen from elsewhere: never all there are."""

    title = _("notebook")
    parameter_name = "notebook"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Model]) -> Choices:
        offered = dict(Notebook.objects.values_list("pk", "title")[:NOTEBOOKS_OFFERED])
        chosen = _uuid(request.GET.get(self.parameter_name))
        if chosen and chosen not in offered:
            offered.update(Notebook.objects.filter(pk=chosen).values_list("pk", "title"))
        return [(str(pk), title) for pk, title in offered.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return in_notebook(queryset, self.value())


class JobStateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Model]) -> Choices:
        return list(State.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return queryset.filter(job_state=self.value()) if self.value() else queryset


def in_notebook(rows: QuerySet[Model], notebook: str | None) -> QuerySet[Model]:
    """All rows where none is asked for; no row where what is asked for can be none."""
    if not notebook:
        return rows
    chosen = _uuid(notebook)
    return rows.filter(notebook=chosen) if chosen else rows.none()


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
