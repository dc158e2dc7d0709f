"""Saving a stage: its outputs and the row that says so, in one fenced transaction."""

import json
from typing import Any

from django.db import transaction

from tasks_app.jobs import sql
from tasks_app.jobs.attempts.stage_context import LeasedStageContext
from tasks_app.jobs.statements import execute, retry_on_connection_loss, rows
from tasks_app.jobs.transitions.outcomes import succeed
from tasks_app.models.engine.stage_result import StageState
from tasks_app.registry import Skipped, Stage


def save(context: LeasedStageContext, result: Any, *, key: str, seconds: float, following: Stage | None) -> None:
    """Write what `run` returned, once; after the last stage (`following` is None) the job succeeds in the same breath.

    Raises LeaseLost, Cancelled or InputChanged with nothing written.
    """
    retry_on_connection_loss(
        lambda: _save(context, result, key, seconds, following),
        after_loss=lambda: _save_unless_saved(context, result, key, seconds, following),
    )
    context.lease.saved_something = True
    context.lease.ended = following is None


@transaction.atomic
def _save_unless_saved(
    context: LeasedStageContext, result: Any, key: str, seconds: float, following: Stage | None
) -> None:
    """The job's row is locked first: the lost connection's commit may still be on its way."""
    rows(sql.LOCK_JOB, {"id": context.job_id})
    place = {"job_id": context.job_id, "attempt_id": context.lease.attempt_id, "stage": context.stage.name}
    if not rows(sql.SAVED, place):
        _save(context, result, key, seconds, following)


@transaction.atomic
def _save(context: LeasedStageContext, result: Any, key: str, seconds: float, following: Stage | None) -> None:
    if following is None:
        succeed(context.lease)
    else:
        context.fence(following.name)
    skipped = isinstance(result, Skipped)
    figures = {} if skipped else context.stage.save(context, result)
    execute(
        sql.STAGE_RESULT,
        {
            **context.place,
            "job_id": context.job_id,
            "attempt_id": context.lease.attempt_id,
            "key": key,
            "state": StageState.SKIPPED if skipped else StageState.DONE,
            "note": result.reason_id if skipped else "",
            "figures": json.dumps(dict(figures)),
            "seconds": seconds,
            "input_tokens": context.usage.input_tokens,
            "output_tokens": context.usage.output_tokens,
            "cost": context.usage.cost,
        },
    )
    if context.used_parts:
        execute(sql.FORGET_PARTS, {**context.place, "used": list(context.used_parts)})
