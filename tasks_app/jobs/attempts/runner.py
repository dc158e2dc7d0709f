"""Runs one attempt of one job. The only place that catches what work raises."""

import logging
from itertools import pairwise
from time import monotonic
from uuid import UUID, uuid4

from billiard.exceptions import SoftTimeLimitExceeded
from celery.exceptions import Ignore

from tasks_app.jobs.attempts import checkpoints
from tasks_app.jobs.attempts.stage_context import LeasedStageContext
from tasks_app.jobs.transitions import outcomes, recovery
from tasks_app.jobs.transitions.lease import Lease, claim, heartbeat, note_refusal
from tasks_app.jobs.transitions.outcomes import Transition
from tasks_app.models.engine.attempt import Outcome
from tasks_app.registry import JobType

logger = logging.getLogger(__name__)

FAILURES = (Outcome.FAILED, Outcome.RETRIED)
WITHDRAWN = (Outcome.CANCELLED, Outcome.RELEASED)


class AttemptFailed(Exception):
    """Reports to Celery and its events that an attempt failed; carries the code, never a text."""


def run(job_type: JobType, job_id: UUID, dispatch_id: UUID, worker: str) -> None:
    """Claim the job, work through its stages and end the attempt; without a claim, nothing happens.

    Raises AttemptFailed after an attempt that failed or will be retried, and celery's Ignore after one that came to
    nothing because somebody else decided so.
    """
    token = uuid4()
    try:
        lease = claim(job_type, job_id, dispatch_id, worker, token)
    except SoftTimeLimitExceeded as error:
        recovery.release_claim(job_id, token)
        raise Ignore from error
    if lease is None:
        return
    with heartbeat.holding(lease):
        transition = _attempt(lease)
    if transition is None:
        note_refusal(lease)
    logger.info("job %s, attempt %d: %s", job_id, lease.attempt, transition.outcome if transition else "lease lost")
    if transition is None or transition.outcome in WITHDRAWN:
        raise Ignore
    if transition.outcome in FAILURES:
        raise AttemptFailed(transition.failure.code)


def _attempt(lease: Lease) -> Transition | None:
    """How the attempt ended, whatever happened in it; None where it was not ours to end."""
    try:
        _work(lease)
    except Exception as error:  # noqa: BLE001 - one place distinguishes every way to end, bugs included
        transition = outcomes.transition_for(error, lease)
    else:
        transition = outcomes.SUCCESS
    if lease.ended or transition is None:
        return transition
    try:
        return outcomes.finish_attempt(lease, transition)
    except SoftTimeLimitExceeded:  # it comes once, and may come here
        return outcomes.finish_attempt(lease, transition)


def _work(lease: Lease) -> None:
    """Run and save every stage that has no checkpoint for the same inputs yet."""
    for stage, following in pairwise((*lease.job_type.stages, None)):
        assert stage is not None
        context = LeasedStageContext(lease, stage)
        context.check()
        key = context.key
        if lease.checkpoints.get(stage.name) == key:
            continue
        context.begin()
        started = monotonic()
        result = stage.run(context)
        context.check()
        checkpoints.save(context, result, key=key, seconds=monotonic() - started, following=following)
