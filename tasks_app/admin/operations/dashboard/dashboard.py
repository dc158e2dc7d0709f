"""What the dashboard shows of the jobs: how the last day went, what waits where, what failed and why, what is stuck.

Every figure is counted through a partial index and up to a limit, so that looking costs the same at a million jobs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tasks_app.admin.jobs.actions import bulk_actions
from tasks_app.admin.jobs.actions.job_actions import BY_NAME
from tasks_app.admin.jobs.changelist.stuck import count_stuck, longest_stuck
from tasks_app.admin.jobs.status.context import StatusContext
from tasks_app.admin.jobs.status.diagnose import diagnose
from tasks_app.admin.jobs.status.diagnosis import Diagnosis
from tasks_app.admin.jobs.status.liveness import (
    TaskHeartbeat,
    WorkerStatus,
    beat_heartbeat,
    recovery_heartbeat,
    worker_statuses,
)
from tasks_app.admin.operations.providers.provider_status import ProviderLine, provider_lines
from tasks_app.admin.operations.queues.queue_stats import QueueLine, queue_lines
from tasks_app.errors import Message
from tasks_app.jobs.statements import records, rows
from tasks_app.models import BulkAction, Inconsistency, Job
from tasks_app.models.engine.job import State
from tasks_app.registry import job_types

RECENT = timedelta(hours=24)
FINISHED_COUNTED = 20_000
"""The newest of the last day's; with more, the figures are about these alone and say so."""

CAUSES_SHOWN = 8
STUCK_SHOWN = 5
STUCK_COUNTED = 1_000
BULK_ACTIONS_SHOWN = 5
INCONSISTENCIES_COUNTED = 1_000

_FINISHED = """
SELECT kind, state, count(*) AS jobs FROM (
    SELECT kind, state FROM tasks_app_job
    WHERE finished_at >= now() - %(recent)s
    ORDER BY finished_at DESC LIMIT %(limit)s
) AS recent
GROUP BY kind, state
"""
"""Index: job_finished, which holds both columns."""

_RUNNING = "SELECT kind, count(*) AS jobs FROM tasks_app_job WHERE state = 'running' GROUP BY kind"
"""Index: job_leased."""

_CAUSES = """
SELECT error_code, count(*) AS jobs, max(finished_at) AS last_at, (array_agg(id ORDER BY finished_at DESC))[1] AS newest
FROM (
    SELECT id, error_code, finished_at FROM tasks_app_job
    WHERE state = 'failed' AND finished_at >= now() - %(recent)s AND acknowledged_at IS NULL
    ORDER BY finished_at DESC LIMIT %(limit)s
) AS recent
GROUP BY error_code ORDER BY jobs DESC, last_at DESC LIMIT %(shown)s
"""
"""Index: job_failed."""

_ACKNOWLEDGED = """
SELECT count(*) FROM (
    SELECT FROM tasks_app_job
    WHERE state = 'failed' AND acknowledged_at IS NOT NULL AND finished_at >= now() - %(recent)s
    ORDER BY finished_at DESC LIMIT %(limit)s
) AS seen
"""
"""Index: job_acknowledged."""


@dataclass(frozen=True, kw_only=True)
class KindLine:
    """How one kind fared in the last day, and how many of it run now."""

    kind: str
    label: str
    succeeded: int
    failed: int
    cancelled: int
    running: int

    @property
    def finished(self) -> int:
        """Those that ended by themselves, well or not."""
        return self.succeeded + self.failed

    @property
    def success_percent(self) -> int | None:
        """Rounded down, so that 100 means every one; None where nothing has ended."""
        return 100 * self.succeeded // self.finished if self.finished else None


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Failures with the same error: how many, the last time, and the newest job, whose message describes it."""

    code: str
    jobs: int
    last_at: datetime
    newest: Job


@dataclass(frozen=True, kw_only=True)
class Stuck:
    job: Job
    diagnosis: Diagnosis


@dataclass(frozen=True, kw_only=True)
class BulkActionStatus:
    """A bulk action that is not finished: `address` is its page."""

    bulk_action: BulkAction
    label: Message
    address: str


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    kinds: Sequence[KindLine]
    queues: Sequence[QueueLine]
    workers: Sequence[WorkerStatus]
    causes: Sequence[Cause]
    stuck: Sequence[Stuck]
    stuck_count: int
    acknowledged: int
    tick: TaskHeartbeat
    providers_away: Sequence[ProviderLine]
    bulk_actions: Sequence[BulkActionStatus]
    inconsistencies: int
    recovery: TaskHeartbeat

    @property
    def queued(self) -> int:
        return sum(line.waiting_shown for line in self.queues)

    @property
    def queued_uncounted(self) -> bool:
        return any(line.uncounted for line in self.queues)

    @property
    def running(self) -> int:
        return sum(line.running for line in self.queues)

    @property
    def failed(self) -> int:
        """Those that nobody has acknowledged yet."""
        return max(0, sum(line.failed for line in self.kinds) - self.acknowledged)

    @property
    def succeeded(self) -> int:
        return sum(line.succeeded for line in self.kinds)

    @property
    def finished_uncounted(self) -> bool:
        return sum(line.finished + line.cancelled for line in self.kinds) >= FINISHED_COUNTED

    @property
    def quiet_workers(self) -> int:
        return sum(line.quiet for line in self.workers)

    @property
    def active_kinds(self) -> list[KindLine]:
        """Those with something to show, busiest first."""
        shown = [line for line in self.kinds if line.finished or line.running or line.cancelled]
        return sorted(shown, key=lambda line: line.finished, reverse=True)


def dashboard() -> Dashboard:
    """Some fifteen short statements, half a dozen for what is stuck, up to three for each such job that is shown."""
    workers = worker_statuses()
    context = StatusContext()
    return Dashboard(
        kinds=_kinds(),
        queues=queue_lines(workers),
        workers=workers,
        causes=_causes(),
        stuck=[Stuck(job=job, diagnosis=diagnose(job, context)) for job in longest_stuck(STUCK_SHOWN)],
        stuck_count=count_stuck(STUCK_COUNTED),
        acknowledged=rows(_ACKNOWLEDGED, {"recent": RECENT, "limit": FINISHED_COUNTED})[0][0],
        tick=beat_heartbeat(),
        providers_away=[line for line in provider_lines() if line.unreachable],
        bulk_actions=[
            BulkActionStatus(
                bulk_action=bulk_action,
                label=BY_NAME[bulk_action.verb].label,
                address=bulk_actions.address(bulk_action),
            )
            for bulk_action in bulk_actions.unfinished(BULK_ACTIONS_SHOWN)
        ],
        inconsistencies=Inconsistency.objects.order_by()[:INCONSISTENCIES_COUNTED].count(),
        recovery=recovery_heartbeat(),
    )


def _kinds() -> list[KindLine]:
    """Of every kind that is declared, and of any other that jobs are left of."""
    finished = {
        (row["kind"], row["state"]): row["jobs"]
        for row in records(_FINISHED, {"recent": RECENT, "limit": FINISHED_COUNTED})
    }
    running = {row["kind"]: row["jobs"] for row in records(_RUNNING, {})}
    kinds = dict.fromkeys([*job_types, *(kind for kind, _state in finished), *running])
    return [_kind(kind, finished, running.get(kind, 0)) for kind in kinds]


def _kind(kind: str, finished: Mapping[tuple[str, str], int], running: int) -> KindLine:
    declared = job_types.get(kind)
    return KindLine(
        kind=kind,
        label=str(declared.label) if declared else kind,
        succeeded=finished.get((kind, State.SUCCEEDED), 0),
        failed=finished.get((kind, State.FAILED), 0),
        cancelled=finished.get((kind, State.CANCELLED), 0),
        running=running,
    )


def _causes() -> list[Cause]:
    limits = {"recent": RECENT, "limit": FINISHED_COUNTED, "shown": CAUSES_SHOWN}
    causes: list[dict[str, Any]] = records(_CAUSES, limits)
    newest: Mapping[UUID, Job] = Job.objects.in_bulk([row["newest"] for row in causes])
    return [
        Cause(code=row["error_code"], jobs=row["jobs"], last_at=row["last_at"], newest=newest[row["newest"]])
        for row in causes
        if row["newest"] in newest
    ]
