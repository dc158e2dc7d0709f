"""Who shows heartbeats: workers, beat and the sweep. By the database's clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now

from tasks_app.admin.jobs.status.durations import span
from tasks_app.jobs.transitions.recovery import MAX_MISSED_SWEEPS, SWEEP
from tasks_app.models import Attempt, Job, PeriodicHeartbeat, WorkerHeartbeat
from tasks_app.models.engine.job import State

MAX_MISSED_HEARTBEATS = 3
"""A worker that missed so many heartbeats no longer counts as serving its queues."""

BEAT = "beat"


@dataclass(frozen=True, kw_only=True)
class WorkerStatus:
    """A worker, how long ago (timedelta) it last sent a heartbeat, and the attempts that it is busy with."""

    heartbeat: WorkerHeartbeat
    age: timedelta
    busy: tuple[Attempt, ...]

    @property
    def quiet(self) -> bool:
        return self.age > timedelta(seconds=MAX_MISSED_HEARTBEATS * settings.JOB_HEARTBEAT_SECONDS)

    @property
    def other_release(self) -> bool:
        """Whether it runs another version of the project than this site does."""
        release: str = settings.RELEASE
        return self.heartbeat.version != release


@dataclass(frozen=True, kw_only=True)
class TaskHeartbeat:
    """When a periodic task of every sweep interval last ran; both None if it never did."""

    last_at: datetime | None
    age: timedelta | None

    @property
    def late(self) -> bool:
        return self.age is None or self.age > timedelta(seconds=MAX_MISSED_SWEEPS * settings.JOB_SWEEP_SECONDS)


def worker_statuses() -> list[WorkerStatus]:
    """All workers that did not say goodbye. Two statements."""
    heartbeats = list(WorkerHeartbeat.objects.annotate(age=span(F("seen_at"), Now())))
    running = Attempt.objects.filter(job__state=State.RUNNING, number=F("job__executions")).select_related("job")
    busy: dict[str, list[Attempt]] = {}
    for attempt in running.order_by("started_at"):
        busy.setdefault(attempt.job.worker, []).append(attempt)
    return [
        WorkerStatus(heartbeat=heartbeat, age=heartbeat.age, busy=tuple(busy.get(heartbeat.worker, ())))
        for heartbeat in heartbeats
    ]


def beat_heartbeat() -> TaskHeartbeat:
    return _heartbeat_of(BEAT)


def recovery_heartbeat() -> TaskHeartbeat:
    """When lost jobs were last looked for."""
    return _heartbeat_of(SWEEP)


def _heartbeat_of(name: str) -> TaskHeartbeat:
    heartbeat = PeriodicHeartbeat.objects.filter(name=name).annotate(age=span(F("last_at"), Now())).first()
    return (
        TaskHeartbeat(last_at=heartbeat.last_at, age=heartbeat.age)
        if heartbeat
        else TaskHeartbeat(last_at=None, age=None)
    )


def running_jobs(limit: int) -> list[Job]:
    """Those that have been at it longest, at most `limit`. Index: job_leased."""
    return list(Job.objects.filter(state=State.RUNNING).order_by("started_at")[:limit])
