"""What has to be known beside a job to tell why it does not move. Each fact is asked for once, when it is needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.functional import cached_property

from tasks_app.admin.jobs.status.duration_stats import Pace, paces
from tasks_app.admin.jobs.status.liveness import BEATS_MISSED
from tasks_app.jobs.database import records, rows
from tasks_app.jobs.transitions import broker, control
from tasks_app.jobs.transitions.recovery import MISSED_TICKS, SWEEP
from tasks_app.models import Job, ProviderState, Pulse, QueueControl, WorkerBeat
from tasks_app.queues import QUEUES

LOOKED_AT = 2_000
"""Waiting jobs that are counted through to find a job's place in its queue."""

_AHEAD = """
SELECT waiting.kind, count(*) AS jobs, min(waiting.next_run_at) AS oldest,
    (SELECT count(*) FROM (
        SELECT FROM tasks_app_job WHERE state = 'queued' AND queue = %(queue)s AND next_run_at <= %(now)s
        LIMIT %(limit)s
    ) AS all_waiting) AS seen
FROM (
    SELECT id, kind, priority, next_run_at FROM tasks_app_job
    WHERE state = 'queued' AND queue = %(queue)s AND next_run_at <= %(now)s
    ORDER BY next_run_at LIMIT %(limit)s
) AS waiting
WHERE (waiting.priority, waiting.next_run_at, waiting.id) < (%(priority)s, %(due)s, %(id)s)
GROUP BY waiting.kind
"""
"""Index: job_waiting."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """`ahead` jobs are to start before, or `more` than can be counted. `starts_in` is None if it cannot be told."""

    ahead: int
    more: bool
    oldest: datetime | None
    starts_in: timedelta | None


class Surroundings:
    """For any number of jobs looked at together. At most six short statements, one more for each queued job."""

    @cached_property
    def now(self) -> datetime:
        """By the database's clock."""
        moment: datetime = rows("SELECT statement_timestamp()", {})[0][0]
        return moment

    @cached_property
    def paused(self) -> Mapping[str, QueueControl]:
        return {paused.queue: paused for paused in control.paused()}

    @cached_property
    def processes(self) -> Mapping[str, int]:
        """Worker processes that serve each queue; a queue without any is missing."""
        alive = timedelta(seconds=BEATS_MISSED * settings.JOB_HEARTBEAT_SECONDS)
        found: dict[str, int] = {}
        for beat in WorkerBeat.objects.filter(seen_at__gte=self.now - alive):
            for queue in beat.queues:
                found[queue] = found.get(queue, 0) + max(1, beat.concurrency)
        return found

    @cached_property
    def messages(self) -> Mapping[str, int] | None:
        """What waits in the broker, by queue; None while it cannot be asked."""
        try:
            return broker.depths(sorted(QUEUES))
        except broker.UNREACHABLE:
            return None

    @cached_property
    def paces(self) -> Mapping[str, Pace]:
        return paces()

    @cached_property
    def swept_at(self) -> datetime | None:
        """When recovery last looked."""
        return Pulse.objects.filter(name=SWEEP).values_list("last_at", flat=True).first()

    @property
    def recovering(self) -> bool:
        """Whether recovery runs as it should."""
        late = timedelta(seconds=MISSED_TICKS * settings.JOB_SWEEP_SECONDS)
        return self.swept_at is not None and self.now - self.swept_at <= late

    def swept_after(self, moment: datetime) -> datetime:
        """The first time after `moment` at which recovery looks, if it goes on as it does."""
        interval = timedelta(seconds=settings.JOB_SWEEP_SECONDS)
        tick = self.swept_at or self.now
        if moment <= tick:
            return tick + interval
        return tick + interval * -((tick - moment) // interval)

    @cached_property
    def providers(self) -> list[ProviderState]:
        return list(ProviderState.objects.all())

    def place(self, job: Job) -> Place:
        """Where a job stands that could start now. One statement."""
        return self.place_of(job.queue, job.priority, job.next_run_at, job.pk)

    def place_of(self, queue: str, priority: int, due: datetime, job_id: UUID) -> Place:
        """Where a job stands, or would stand, with this priority and due at that time. One statement."""
        ahead = records(
            _AHEAD,
            {
                "queue": queue,
                "priority": priority,
                "due": due,
                "id": job_id,
                "now": self.now,
                "limit": LOOKED_AT,
            },
        )
        more = bool(ahead) and ahead[0]["seen"] >= LOOKED_AT
        known = all(row["kind"] in self.paces for row in ahead) and not more
        busy = sum(row["jobs"] * self.paces[row["kind"]].seconds for row in ahead) if known else 0.0
        served = self.processes.get(queue, 0)
        return Place(
            ahead=sum(row["jobs"] for row in ahead),
            more=more,
            oldest=min((row["oldest"] for row in ahead), default=None),
            starts_in=timedelta(seconds=busy / served) if known and served else None,
        )
