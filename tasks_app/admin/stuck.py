"""Which jobs do not move: those that run without a sign of life, and those that could start and do not."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from tasks_app.models import Job, JobWait
from tasks_app.models.job import State


def stuck(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Of `jobs`, those whose lease has run out, or that were due JOB_STUCK_SECONDS ago and wait for no other job.

    Indexes: job_leased, job_due.
    """
    waits = Exists(JobWait.objects.filter(parent=OuterRef("pk")))
    silent = Q(state=State.RUNNING, lease_until__lt=Now())
    overdue = Q(state=State.QUEUED, next_run_at__lt=Now() - timedelta(seconds=settings.JOB_STUCK_SECONDS))
    return jobs.filter(silent | (overdue & ~Q(waits)))
