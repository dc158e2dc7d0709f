"""Finding jobs that nobody works on any more, and messages that never arrived."""

import logging
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop

from tasks_app.errors import CANCELLED_ON_REQUEST
from tasks_app.jobs import sql
from tasks_app.jobs.statements import execute, records, retry_on_connection_loss, rows
from tasks_app.jobs.transitions import broker, dependencies, failures, force_end, outcomes
from tasks_app.jobs.transitions.failures import Failure
from tasks_app.models.engine.attempt import Outcome
from tasks_app.models.engine.job import DONE
from tasks_app.queues import BULK_PATIENCE_SECONDS, QUEUES, RAISED
from tasks_app.registry import job_types

logger = logging.getLogger(__name__)

BATCH = 100
SWEEP_LOCK = 6_247_001
"""Key of the advisory lock that lets one sweep work at a time. Any number nobody else uses."""

SWEEP = "sweep"
REPUBLISH_SECONDS = 600.0
"""A message that is this old may be one of those that its list in Redis lacks, although the list is not empty."""

MAX_MISSED_SWEEPS = 3
"""After so many sweeps left out, silence proves nothing: leases get one full length of grace."""

LATE_SWEEPS = 2
"""After so many sweeps left out, whichever worker looks first sweeps instead."""

UNDECLARED_HOURS = 24
"""How long jobs wait whose kind is not declared: during an upgrade workers of two versions serve the queues."""

CANCELLED = outcomes.cancelled(CANCELLED_ON_REQUEST).failure


def sweep() -> int:
    """Recover what expired, cancel what would not stop, wake who was forgotten, publish what is due.

    Returns how many jobs it touched. Works in batches, so any number of sweeps may start at once. Ends early where
    Redis takes no messages. Waits for nobody's lock: a job that is locked is left to the next sweep.
    """
    touched = 0
    while True:
        found, messages = retry_on_connection_loss(_sweep_batch)
        touched += found
        if broker.dispatch(messages) < len(messages) or found < BATCH:
            return touched


def sweep_if_late() -> None:
    """Sweep where nobody has for a while, by the database's clock: beat, Redis or the queue of sweeps is at fault."""
    since = rows(sql.SINCE_HEARTBEAT, {"name": SWEEP})
    if not since or not 0 <= since[0][0] < LATE_SWEEPS * settings.JOB_SWEEP_SECONDS:
        sweep()


def fail_undeclared() -> int:
    """Fail the jobs of kinds that have been gone for so long that no upgrade is the reason; how many."""
    failure = Failure(
        error_class="KindGone",
        code="kind_gone",
        message=gettext_noop("This kind of job no longer exists."),
        fingerprint=failures.fingerprint("kind_gone"),
    )
    gone = rows(sql.UNDECLARED, {"kinds": list(job_types), "hours": UNDECLARED_HOURS, "batch": BATCH})
    return len(force_end.force_end([row[0] for row in gone], outcomes.failed(failure)))


def recover_killed(job_id: UUID, dispatch_id: UUID, failure: Failure) -> None:
    """Recover one job whose process was seen to die, without waiting for its lease to expire.

    Not counted where its worker was being stopped.
    """
    outcome = Outcome.RELEASED if failure == failures.WORKER_STOPPED else Outcome.RECOVERED
    retry_on_connection_loss(lambda: _take(sql.RECOVER_KILLED, outcome, failure, id=job_id, dispatch_id=dispatch_id))
    sweep()


def release_worker(worker: str) -> None:
    """Put back, uncounted, whatever a worker still held when it shut down; its processes are gone."""
    retry_on_connection_loss(
        lambda: _take(sql.RELEASE_WORKER, Outcome.RELEASED, failures.WORKER_STOPPED, worker=worker)
    )
    sweep()


def release_claim(job_id: UUID, token: UUID) -> None:
    """Give back, uncounted, what a process has claimed, or may have, and cannot begin."""

    def give_back() -> None:
        _take(sql.RELEASE_CLAIM, Outcome.RELEASED, failures.WORKER_STOPPED, id=job_id, token=token)
        execute(sql.UNPUBLISHED, {"ids": [job_id]})

    retry_on_connection_loss(transaction.atomic(give_back))


@transaction.atomic
def _sweep_batch() -> tuple[int, list[dict[str, Any]]]:
    if not rows(sql.SWEEP_LOCK, {"key": SWEEP_LOCK})[0][0]:
        return 0, []
    _grant_grace()
    recovered = _take(sql.RECOVER_EXPIRED, Outcome.RECOVERED, failures.WORKER_SILENT)
    grace = settings.JOB_CANCEL_GRACE_SECONDS
    cancelled = _take(sql.CANCEL_OVERDUE, Outcome.CANCELLED, CANCELLED, grace=grace)
    woken = dependencies.unblock_missed(BATCH)
    due = _due()
    return max(recovered, cancelled, woken, len(due)), due


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
            "cancelled_class": CANCELLED.error_class,
            "cancelled_code": CANCELLED.code,
            "cancelled_message": CANCELLED.message,
            "cancelled_result": CANCELLED.task_result(),
            "batch": BATCH,
            "outcome": outcome,
            "counted": outcome == Outcome.RECOVERED,
            "task_status": outcomes.TASK_STATES[outcome],
        },
    )
    dependencies.unblock_on_commit(row["id"] for row in moved if row["state"] in DONE)
    for row in moved:
        logger.warning("job %s: %s, now %s", row["id"], row["error_code"], row["state"])
    return len(moved)


def _due() -> list[dict[str, Any]]:
    """Queued jobs whose message is gone, or never was, or whose pause is over; marked as published.

    Nothing while Redis cannot be asked. A message that is missing from an empty list is lost or in a worker's hands;
    of a longer list only as many are sent again as it lacks.
    """
    names = sorted({job_type.queue.name for job_type in job_types.values()} & QUEUES.keys())
    try:
        found = broker.lists(names)
    except broker.UNREACHABLE as error:
        logger.warning("nothing published: broker unavailable (%s)", type(error).__name__)
        return []
    columns: dict[str, Any] = {
        "queues": [one.queue for one in found],
        "firsts": [one.first for one in found],
        "lasts": [one.last for one in found],
        "lengths": [one.length for one in found],
        "batch": BATCH,
    }
    raised = records(sql.RAISE_OLDEST, {"queues": names, "raised": RAISED, "patience": BULK_PATIENCE_SECONDS})
    due = records(sql.DUE, {**columns, "silence": settings.JOB_SWEEP_SECONDS})
    for short in records(sql.SHORT_LISTS, columns) if any(columns["lengths"]) else ():
        due += records(sql.REPUBLISH, {**short, "silence": REPUBLISH_SECONDS})
    return raised + due
