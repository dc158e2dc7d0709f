"""What has to be known beside a job to tell why it does not move. Each fact is asked for once, when it is needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.functional import cached_property

from tasks_app.admin.jobs.status.duration_stats import DurationStats, duration_stats
from tasks_app.admin.jobs.status.liveness import MAX_MISSED_HEARTBEATS
from tasks_app.jobs.statements import records, rows
from tasks_app.jobs.transitions import broker, pausing
from tasks_app.jobs.transitions.recovery import MAX_MISSED_SWEEPS, SWEEP
from tasks_app.models import Job, PeriodicHeartbeat, ProviderState, QueueControl, WorkerHeartbeat
from tasks_app.queues import QUEUES

SCAN_LIMIT = 2_000
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
class QueuePosition:
    """`ahead` jobs are to start before, or `more` than can be counted. `starts_in` is None if it is unknown."""

    ahead: int
    more: bool
    oldest: datetime | None
    starts_in: timedelta | None


class StatusContext:
    """For any number of jobs looked at together. At most six short statements, one more for each queued job."""

    @cached_property
    def now(self) -> datetime:
        """By the database's clock."""
        moment: datetime = rows("SELECT statement_timestamp()", {})[0][0]
        return moment

    @cached_property
    def paused(self) -> Mapping[str, QueueControl]:
        return {paused.queue: paused for paused in pausing.paused()}

    @cached_property
    def processes(self) -> Mapping[str, int]:
        """Worker processes that serve each queue; a queue without any is missing."""
        alive = timedelta(seconds=MAX_MISSED_HEARTBEATS * settings.JOB_HEARTBEAT_SECONDS)
        found: dict[str, int] = {}
        for heartbeat in WorkerHeartbeat.objects.filter(seen_at__gte=self.now - alive):
            for queue in heartbeat.queues:
                found[queue] = found.get(queue, 0) + max(1, heartbeat.concurrency)
        return found

    @cached_property
    def messages(self) -> Mapping[str, int] | None:
        """What waits in the broker, by queue; None while it cannot be asked."""
        try:
            return broker.depths(sorted(QUEUES))
        except broker.UNREACHABLE:
            return None

    @cached_property
    def duration_stats(self) -> Mapping[str, DurationStats]:
        return duration_stats()

    @cached_property
    def swept_at(self) -> datetime | None:
        """When recovery last looked."""
        return PeriodicHeartbeat.objects.filter(name=SWEEP).values_list("last_at", flat=True).first()

    @property
    def recovering(self) -> bool:
        """Whether recovery runs as it should."""
        late = timedelta(seconds=MAX_MISSED_SWEEPS * settings.JOB_SWEEP_SECONDS)
        return self.swept_at is not None and self.now - self.swept_at <= late

    def swept_after(self, moment: datetime) -> datetime:
        """The first time after `moment` at which recovery looks, if it continues as it does."""
        interval = timedelta(seconds=settings.JOB_SWEEP_SECONDS)
        heartbeat = self.swept_at or self.now
        if moment <= heartbeat:
            return heartbeat + interval
        return heartbeat + interval * -((heartbeat - moment) // interval)

    @cached_property
    def providers(self) -> list[ProviderState]:
        return list(ProviderState.objects.all())

    def queue_position(self, job: Job) -> QueuePosition:
        """Where a job stands that could start now. One statement."""
        return self.queue_position_at(job.queue, job.priority, job.next_run_at, job.pk)

    def queue_position_at(self, queue: str, priority: int, due: datetime, job_id: UUID) -> QueuePosition:
        """Where a job stands, or would stand, with this priority and due at that time. One statement."""
        ahead = records(
            _AHEAD,
            {
                "queue": queue,
                "priority": priority,
                "due": due,
                "id": job_id,
                "now": self.now,
                "limit": SCAN_LIMIT,
            },
        )
        more = bool(ahead) and ahead[0]["seen"] >= SCAN_LIMIT
        known = all(row["kind"] in self.duration_stats for row in ahead) and not more
        busy = sum(row["jobs"] * self.duration_stats[row["kind"]].seconds for row in ahead) if known else 0.0
        served = self.processes.get(queue, 0)
        return QueuePosition(
            ahead=sum(row["jobs"] for row in ahead),
            more=more,
            oldest=min((row["oldest"] for row in ahead), default=None),
            starts_in=timedelta(seconds=busy / served) if known and served else None,
        )
