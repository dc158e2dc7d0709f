"""Who shows signs of life: workers by their beats, beat and the sweep by their pulses. By the database's clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now

from tasks_app.admin.jobs.status.durations import span
from tasks_app.jobs.transitions.recovery import MISSED_TICKS, SWEEP
from tasks_app.models import Attempt, Job, Pulse, WorkerBeat
from tasks_app.models.engine.job import State

BEATS_MISSED = 3
"""A worker that missed so many heartbeats no longer counts as serving its queues."""

BEAT = "beat"


@dataclass(frozen=True, kw_only=True)
class WorkerLine:
    """A worker, how long ago (timedelta) it last gave a sign of life, and the attempts that it is busy with."""

    beat: WorkerBeat
    age: timedelta
    busy: tuple[Attempt, ...]

    @property
    def quiet(self) -> bool:
        return self.age > timedelta(seconds=BEATS_MISSED * settings.JOB_HEARTBEAT_SECONDS)

    @property
    def other_release(self) -> bool:
        """Whether it runs another version of the project than this site does."""
        release: str = settings.RELEASE
        return self.beat.version != release


@dataclass(frozen=True, kw_only=True)
class Tick:
    """When a periodic task of every sweep interval last ran; both None if it never did."""

    last_at: datetime | None
    age: timedelta | None

    @property
    def late(self) -> bool:
        return self.age is None or self.age > timedelta(seconds=MISSED_TICKS * settings.JOB_SWEEP_SECONDS)


def worker_lines() -> list[WorkerLine]:
    """All workers that did not say goodbye. Two statements."""
    beats = list(WorkerBeat.objects.annotate(age=span(F("seen_at"), Now())))
    running = Attempt.objects.filter(job__state=State.RUNNING, number=F("job__executions")).select_related("job")
    busy: dict[str, list[Attempt]] = {}
    for attempt in running.order_by("started_at"):
        busy.setdefault(attempt.job.worker, []).append(attempt)
    return [WorkerLine(beat=beat, age=beat.age, busy=tuple(busy.get(beat.worker, ()))) for beat in beats]


def last_tick() -> Tick:
    return _tick(BEAT)


def recovery_tick() -> Tick:
    """When lost jobs were last looked for."""
    return _tick(SWEEP)


def _tick(name: str) -> Tick:
    pulse = Pulse.objects.filter(name=name).annotate(age=span(F("last_at"), Now())).first()
    return Tick(last_at=pulse.last_at, age=pulse.age) if pulse else Tick(last_at=None, age=None)


def running_jobs(limit: int) -> list[Job]:
    """Those that have been at it longest, at most `limit`. Index: job_leased."""
    return list(Job.objects.filter(state=State.RUNNING).order_by("started_at")[:limit])
