"""The periodic tasks as rows of django-celery-beat, where staff can see and pause them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django_celery_beat.models import IntervalSchedule, PeriodicTask

from tasks_app.jobs import sql
from tasks_app.jobs.statements import execute
from tasks_app.queues import MAINTENANCE
from tasks_app.registry import TASK_PREFIX


@dataclass(frozen=True, kw_only=True)
class Periodic:
    """A task (its Celery name) to be sent again and again; a message not taken within one interval is dropped."""

    task: str
    every: timedelta


def reconcile(schedule: Sequence[Periodic]) -> None:
    """Make beat's rows say what the code says: missing ones made, intervals set, rows of tasks that are gone removed.

    Whether a row is enabled is left to staff.
    """
    for entry in schedule:
        interval = _interval(entry.every)
        PeriodicTask.objects.update_or_create(
            name=entry.task,
            defaults={
                "task": entry.task,
                "interval": interval,
                "queue": MAINTENANCE.name,
                "expire_seconds": max(1, int(entry.every.total_seconds())),
            },
        )
    known = [entry.task for entry in schedule]
    PeriodicTask.objects.filter(task__startswith=TASK_PREFIX).exclude(name__in=known).delete()


def record_heartbeat(name: str) -> None:
    """Note that something which should happen regularly has just happened."""
    execute(sql.PERIODIC_HEARTBEAT, {"name": name})


def _interval(every: timedelta) -> IntervalSchedule:
    seconds = every.total_seconds()
    whole = seconds == int(seconds)
    interval: IntervalSchedule
    interval, _created = IntervalSchedule.objects.get_or_create(
        every=int(seconds) if whole else int(seconds * 1_000_000),
        period=IntervalSchedule.SECONDS if whole else IntervalSchedule.MICROSECONDS,
    )
    return interval
