"""Each queue as it is now: what waits, what runs, who serves it, whether it is paused, and its limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from tasks_app.admin.jobs.status.liveness import WorkerStatus
from tasks_app.jobs.statements import records
from tasks_app.jobs.transitions.pausing import JOB_QUEUES
from tasks_app.models import QueueControl
from tasks_app.queues import QUEUES, Queue
from tasks_app.registry import JobType, job_types

COUNTED = 10_000
"""Waiting jobs are counted up to this many: a longer queue is simply long, and looking costs the same."""

_BACKLOG = """
SELECT
    queue.name,
    (
        SELECT count(*) FROM (
            SELECT FROM tasks_app_job WHERE state = 'queued' AND queue = queue.name LIMIT %(limit)s
        ) AS queued
    ) AS waiting,
    (
        SELECT statement_timestamp() - job.next_run_at FROM tasks_app_job AS job
        WHERE job.state = 'queued'
            AND (job.queue, job.next_run_at) >= (queue.name, '-infinity')
            AND (job.queue, job.next_run_at) <= (queue.name, statement_timestamp())
            AND NOT EXISTS (SELECT FROM tasks_app_jobdependency AS wait WHERE wait.parent_id = job.id)
        ORDER BY job.queue, job.next_run_at LIMIT 1
    ) AS oldest,
    (SELECT count(*) FROM tasks_app_job WHERE state = 'running' AND queue = queue.name) AS running
FROM unnest(%(queues)s) AS queue(name)
"""
"""Indexes: job_waiting, job_leased. Pairs are compared so that the oldest of one queue is never sought among all."""


@dataclass(frozen=True, kw_only=True)
class QueueLine:
    """`waiting` jobs (COUNTED + 1 for more), the age of the oldest that could start, and worker processes."""

    queue: Queue
    waiting: int
    oldest: timedelta | None
    running: int
    workers: int
    processes: int
    control: QueueControl | None

    @property
    def paused(self) -> bool:
        return self.control is not None and self.control.paused

    @property
    def uncounted(self) -> bool:
        return self.waiting > COUNTED

    @property
    def waiting_shown(self) -> int:
        return min(self.waiting, COUNTED)

    @property
    def unserved(self) -> bool:
        """Whether no worker would start a job that is submitted."""
        return not self.workers

    @property
    def kinds(self) -> list[JobType]:
        return [job_type for job_type in job_types.values() if job_type.queue is self.queue]


def queue_lines(workers: Sequence[WorkerStatus]) -> list[QueueLine]:
    """Of the queues that carry jobs, in the order of QUEUES. Two statements."""
    backlog = {row["name"]: row for row in records(_BACKLOG, {"queues": list(JOB_QUEUES), "limit": COUNTED + 1})}
    controls = QueueControl.objects.select_related("changed_by").in_bulk(JOB_QUEUES)
    lines = []
    for name in JOB_QUEUES:
        serving = [line.heartbeat for line in workers if name in line.heartbeat.queues and not line.quiet]
        figures = backlog[name]
        lines.append(
            QueueLine(
                queue=QUEUES[name],
                waiting=figures["waiting"],
                oldest=figures["oldest"],
                running=figures["running"],
                workers=len(serving),
                processes=sum(beat.concurrency for beat in serving),
                control=controls.get(name),
            )
        )
    return lines
