"""Finding jobs that nobody works on any more, and messages that never arrived."""

import logging
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tasks_app.errors import CANCELLED_ON_REQUEST
from tasks_app.jobs import sql
from tasks_app.jobs.statements import execute, records, retry_on_connection_loss, rows
from tasks_app.jobs.transitions import broker, dependencies, failures, force_end, outcomes
from tasks_app.jobs.transitions.failures import Failure
from tasks_app.models.engine.attempt import Outcome
from tasks_app.models.engine.job import DONE
from tasks_app.queues import QUEUES
from tasks_app.registry import job_types

logger = logging.getLogger(__name__)

BATCH = 100
SWEEP_LOCK = 6_247_001
"""Key of the advisory lock that lets one sweep work at a time. Any number nobody else uses."""

SWEEP = "sweep"
REPUBLISH_SECONDS = 600.0
"""A message that is this old counts as lost although its queue is not empty: a backlog is served faster as a rule."""

MAX_MISSED_SWEEPS = 3
"""After so many sweeps left out, silence proves nothing: leases get one full length of grace."""


def sweep() -> int:
    """Recover what expired, void what would not stop, wake who was forgotten, publish what is due.

    Returns how many jobs it touched. Works in batches, so any number of sweeps may start at once.
    """
    touched = 0
    while True:
        found, messages = retry_on_connection_loss(_sweep_batch)
        touched += found
        broker.dispatch(messages)
        if found < BATCH:
            return touched


def recover_killed(job_id: UUID, dispatch_id: UUID, failure: Failure) -> None:
    """Recover one job whose process was seen to die, without waiting for its lease to expire."""
    retry_on_connection_loss(
        lambda: _take(sql.RECOVER_KILLED, Outcome.RECOVERED, failure, id=job_id, dispatch_id=dispatch_id)
    )
    sweep()


def release_worker(worker: str) -> None:
    """Put back, uncounted, whatever a worker still held when it shut down; its processes are gone."""
    retry_on_connection_loss(
        lambda: _take(sql.RELEASE_WORKER, Outcome.RELEASED, failures.WORKER_STOPPED, worker=worker)
    )
    sweep()


@transaction.atomic
def _sweep_batch() -> tuple[int, list[dict[str, Any]]]:
    if not rows(sql.SWEEP_LOCK, {"key": SWEEP_LOCK})[0][0]:
        return 0, []
    _grant_grace()
    recovered = _take(sql.RECOVER_EXPIRED, Outcome.RECOVERED, failures.WORKER_SILENT)
    voided = _void_overdue()
    woken = [row[0] for row in rows(sql.MISSED_UNBLOCKS, {"batch": BATCH})]
    dependencies.unblock(woken)
    due = _due()
    return max(recovered, voided, len(woken), len(due)), due


def _grant_grace() -> None:
    """After a pause of the sweep itself, nobody who could not renew meanwhile is to blame."""
    since = rows(sql.SINCE_HEARTBEAT, {"name": SWEEP})
    if since and since[0][0] > MAX_MISSED_SWEEPS * settings.JOB_SWEEP_SECONDS:
        execute(sql.EXTEND_EXPIRED, {"lease": settings.JOB_LEASE_SECONDS})
    execute(sql.PERIODIC_HEARTBEAT, {"name": SWEEP})


@transaction.atomic
def _take(statement: str, outcome: Outcome, failure: Failure, **which: Any) -> int:
    """Take leases away, at most a batch of them; how many."""
    moved = records(
        statement,
        {
            **which,
            **failure.columns(),
            "batch": BATCH,
            "outcome": outcome,
            "counted": outcome == Outcome.RECOVERED,
            "task_status": outcomes.TASK_STATES[outcome],
        },
    )
    dependencies.unblock(row["id"] for row in moved if row["state"] in DONE)
    for row in moved:
        logger.warning("job %s: %s, now %s", row["id"], failure.code, row["state"])
    return len(moved)


def _void_overdue() -> int:
    """Cancelled jobs that did not notice in time."""
    grace = settings.JOB_CANCEL_GRACE_SECONDS
    overdue = [row[0] for row in rows(sql.OVERDUE_CANCELS, {"grace": grace, "batch": BATCH})]
    force_end.force_end(overdue, outcomes.cancelled(CANCELLED_ON_REQUEST))
    return len(overdue)


def _due() -> list[dict[str, Any]]:
    """Queued jobs whose message is gone, or never was, or whose pause is over; marked as published."""
    cutoffs = _silences()
    if not cutoffs:
        return []
    return records(
        sql.DUE,
        {"queues": list(cutoffs), "cutoffs": list(cutoffs.values()), "batch": BATCH},
    )


def _silences() -> Mapping[str, float]:
    """By queue, how long (seconds) a published job may stay unclaimed; empty while Redis cannot be asked.

    A message in an empty list is lost or in a worker's hands; in a long one it only has to wait.
    """
    names = {job_type.queue.name for job_type in job_types.values()} & QUEUES.keys()
    try:
        waiting = broker.depths(sorted(names))
    except broker.UNREACHABLE as error:
        logger.warning("nothing published: broker unavailable (%s)", type(error).__name__)
        return {}
    return {name: REPUBLISH_SECONDS if number else settings.JOB_SWEEP_SECONDS for name, number in waiting.items()}
