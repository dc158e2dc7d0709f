"""How an attempt ends: one transaction that closes the attempt and its TaskResult and moves the job on."""

from dataclasses import dataclass
from errno import EDQUOT, ENOSPC
from typing import Any

from billiard.exceptions import SoftTimeLimitExceeded
from celery import states
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext_noop

from tasks_app.errors import (
    CANCELLED_ON_REQUEST,
    Cancelled,
    InputChanged,
    LeaseLost,
    Park,
    PermanentError,
    Release,
    TransientError,
)
from tasks_app.jobs import sql
from tasks_app.jobs.statements import records, retry_on_connection_loss
from tasks_app.jobs.transitions import backoff, broker, dependencies, failures
from tasks_app.jobs.transitions.failures import Failure
from tasks_app.jobs.transitions.lease import Lease, refusal
from tasks_app.models.engine.attempt import Outcome
from tasks_app.models.engine.job import State

TASK_STATES = {
    Outcome.SUCCEEDED: states.SUCCESS,
    Outcome.PARKED: states.SUCCESS,
    Outcome.FAILED: states.FAILURE,
    Outcome.RETRIED: states.FAILURE,
    Outcome.RECOVERED: states.FAILURE,
    Outcome.CANCELLED: states.REVOKED,
    Outcome.RELEASED: states.REVOKED,
}
"""What the TaskResult of an attempt says for each outcome."""

DISK_FULL = (ENOSPC, EDQUOT)


@dataclass(frozen=True, kw_only=True)
class Transition:
    """Where an attempt leads. `delay` (seconds), `counted` and `awaited` (job ids) matter for a job queued again.

    `on_request`: only if somebody still wants it cancelled.
    """

    outcome: Outcome
    state: State
    failure: Failure = failures.NONE
    delay: float = 0.0
    counted: bool = True
    awaited: tuple[Any, ...] = ()
    on_request: bool = False


SUCCESS = Transition(outcome=Outcome.SUCCEEDED, state=State.SUCCEEDED)

RESTART = Transition(
    outcome=Outcome.RELEASED,
    state=State.QUEUED,
    counted=False,
    failure=Failure(
        error_class="InputChanged",
        code="input_changed",
        message=gettext_noop("The input was changed while the job was running; it starts over with the new input."),
    ),
)


def transition_for(error: Exception, lease: Lease) -> Transition | None:
    """What follows from an exception that ended the work; None where the lease is lost."""
    kind, stage = lease.job_type.kind, lease.stage
    match error:
        case SoftTimeLimitExceeded():
            return _too_slow(error, lease)
        case LeaseLost():
            return None
        case Cancelled():
            return cancelled(error.reason)
        case InputChanged():
            return RESTART
        case Park():
            return Transition(outcome=Outcome.PARKED, state=State.QUEUED, counted=False, awaited=error.awaited)
        case Release():
            return _released(error, lease)
        case TransientError():
            return _retried(failures.expected(error, kind, stage), lease, error.retry_after)
        case PermanentError():
            return failed(failures.expected(error, kind, stage))
        case OperationalError() | InterfaceError():
            return _retried(failures.database_away(error, kind, stage), lease)
        case OSError() if error.errno in DISK_FULL:
            return _retried(failures.disk_full(error, kind, stage), lease)
    return failed(failures.bug(error, kind, stage))


def cancelled(message: str, **details: str) -> Transition:
    """`message` is a message id; `details` say who wanted it and why."""
    failure = Failure(error_class="Cancelled", code="cancelled", message=message, details=details)
    on_request = message == CANCELLED_ON_REQUEST
    return Transition(outcome=Outcome.CANCELLED, state=State.CANCELLED, failure=failure, on_request=on_request)


def failed(failure: Failure) -> Transition:
    """No further attempt."""
    return Transition(outcome=Outcome.FAILED, state=State.FAILED, failure=failure)


def _retried(failure: Failure, lease: Lease, retry_after: float | None = None) -> Transition:
    """Another attempt after a pause (seconds), or failed when none is left."""
    if lease.attempt >= lease.max_attempts:
        return failed(failure)
    delay = backoff.retry_delay(lease.job_type.queue, lease.attempt) if retry_after is None else retry_after
    return Transition(outcome=Outcome.RETRIED, state=State.QUEUED, failure=failure, delay=delay)


def _released(error: Release, lease: Lease) -> Transition:
    """Back to the queue, not counted; failed once that has gone on for JOB_RELEASE_MAX_SECONDS."""
    failure = failures.expected(error, lease.job_type.kind, lease.stage)
    if lease.released_seconds > settings.JOB_RELEASE_MAX_SECONDS:
        return failed(failure)
    return Transition(outcome=Outcome.RELEASED, state=State.QUEUED, failure=failure, delay=error.delay, counted=False)


def _too_slow(error: SoftTimeLimitExceeded, lease: Lease) -> Transition:
    """Worth another attempt only if this one left something that the next need not do again."""
    failure = failures.too_slow(error, lease.job_type, lease.stage)
    return _retried(failure, lease) if lease.saved_something else failed(failure)


def finish_attempt(lease: Lease, transition: Transition) -> Transition | None:
    """End the attempt; how it really ended, since others may have requested otherwise. None: the lease is lost."""
    return retry_on_connection_loss(lambda: _finish_attempt(lease, transition))


def succeed(lease: Lease) -> None:
    """End the attempt well, inside the transaction that saves the last stage.

    Fences that transaction: raises LeaseLost, Cancelled or InputChanged, so it stands before anything is written.
    """
    if not _end(lease, SUCCESS):
        raise refusal(lease)


@transaction.atomic
def _finish_attempt(lease: Lease, transition: Transition) -> Transition | None:
    actual: Transition | None = transition
    while actual is not None and not _end(lease, actual):
        actual = transition_for(refusal(lease), lease)
    return actual


def _end(lease: Lease, transition: Transition) -> bool:
    """Run the statement and what follows from it; False where it does not apply."""
    queued = transition.state == State.QUEUED
    awaited = dependencies.still_active(transition.awaited) if transition.awaited else []
    published = queued and not awaited and transition.delay <= backoff.COUNTDOWN_SECONDS
    ended = records(
        sql.END,
        {
            **lease.fence,
            **transition.failure.columns(),
            "task_id": lease.dispatch_id,
            "task_status": TASK_STATES[transition.outcome],
            "state": transition.state,
            "outcome": transition.outcome,
            "queued": queued,
            "counted": transition.counted,
            "delay": transition.delay,
            "published": published,
            "any_input": transition is RESTART or transition.state == State.CANCELLED,
            "any_wish": transition.state in (State.FAILED, State.CANCELLED) and not transition.on_request,
            "on_request": transition.on_request,
            "input_tokens": lease.usage.input_tokens,
            "output_tokens": lease.usage.output_tokens,
            "cost": lease.usage.cost,
        },
    )
    if not ended:
        return False
    if awaited:
        dependencies.register(lease.job_id, awaited)
    if published:
        broker.dispatch_on_commit(ended, transition.delay)
    if ended[0]["awaited"] and not queued:
        dependencies.unblock_on_commit([lease.job_id])
    return True
