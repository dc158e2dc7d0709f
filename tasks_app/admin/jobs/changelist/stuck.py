"""Which jobs do not move: those that run without a heartbeat, and those that could start and do not."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from tasks_app.models import Job, JobDependency
from tasks_app.models.engine.job import State


def stuck(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Of `jobs`, those whose lease has run out, or that were due JOB_STUCK_SECONDS ago and wait for no other job.

    Indexes: job_leased, job_due.
    """
    return jobs.filter(_silent() | _overdue())


def longest_stuck(limit: int) -> list[Job]:
    """First those without a heartbeat, then those that could start, the oldest of each first. Two statements."""
    silent = list(Job.objects.filter(_silent()).order_by("lease_until")[:limit])
    overdue = Job.objects.filter(_overdue()).order_by("next_run_at")[: limit - len(silent)]
    return [*silent, *overdue]


def count_stuck(limit: int) -> int:
    """How many there are, up to `limit`. Two statements."""
    silent = Job.objects.filter(_silent()).order_by("lease_until")[:limit].count()
    return silent + Job.objects.filter(_overdue()).order_by("next_run_at")[: limit - silent].count()


def _silent() -> Q:
    return Q(state=State.RUNNING, lease_until__lt=Now())


def _overdue() -> Q:
    waits = Exists(JobDependency.objects.filter(parent=OuterRef("pk")))
    due_before = Now() - timedelta(seconds=settings.JOB_STUCK_SECONDS)
    return Q(state=State.QUEUED, next_run_at__lt=due_before) & ~Q(waits)
