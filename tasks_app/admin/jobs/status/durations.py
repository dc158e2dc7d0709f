"""How long jobs wait and run, by the database's clock."""

from typing import Any

from django.db.models import (
    Case,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Now

from tasks_app.models import Attempt, Job
from tasks_app.models.engine.job import State


def span(start: F | Coalesce | Now, end: F | Coalesce | Now) -> ExpressionWrapper[Any]:
    """Between two times, one of them possibly the database's now."""
    return ExpressionWrapper(end - start, output_field=DurationField())


def with_times(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Adds `waited` (from due to start) and `ran` of each job's latest attempt; a queued job waits until now.

    Index: attempt_number, read backwards from the newest.
    """
    latest = Attempt.objects.filter(job=OuterRef("pk"), number=OuterRef("executions")).order_by()
    waited = Subquery(latest.values(span=span(F("due_at"), F("started_at"))))
    ran = Subquery(latest.values(span=span(F("started_at"), Coalesce(F("ended_at"), Now()))))
    return jobs.annotate(
        waited=Case(When(state=State.QUEUED, then=span(F("next_run_at"), Now())), default=waited),
        ran=Case(When(state=State.QUEUED, then=Value(None, output_field=DurationField())), default=ran),
    )
