"""Saving a stage: its outputs and the row that says so, in one fenced transaction."""

import json
from typing import Any

from django.db import transaction

from tasks_app.jobs import sql
from tasks_app.jobs.attempts.work import StageWork
from tasks_app.jobs.database import execute, persistently
from tasks_app.jobs.transitions.endings import succeed
from tasks_app.models.engine.stage_result import StageState
from tasks_app.registry import Skipped, Stage


def save(work: StageWork, result: Any, *, key: str, seconds: float, following: Stage | None) -> None:
    """Write what `run` returned; after the last stage (`following` is None) the job succeeds in the same breath.

    Raises LeaseLost, Cancelled or InputChanged with nothing written.
    """
    persistently(lambda: _save(work, result, key, seconds, following))
    work.lease.saved_something = True
    work.lease.ended = following is None


@transaction.atomic
def _save(work: StageWork, result: Any, key: str, seconds: float, following: Stage | None) -> None:
    if following is None:
        succeed(work.lease)
    else:
        work.fence(following.name)
    skipped = isinstance(result, Skipped)
    figures = {} if skipped else work.stage.save(work, result)
    execute(
        sql.STAGE_RESULT,
        {
            **work.place,
            "job_id": work.job_id,
            "attempt_id": work.lease.attempt_id,
            "key": key,
            "state": StageState.SKIPPED if skipped else StageState.DONE,
            "note": result.reason_id if skipped else "",
            "figures": json.dumps(dict(figures)),
            "seconds": seconds,
            "input_tokens": work.usage.input_tokens,
            "output_tokens": work.usage.output_tokens,
            "cost": work.usage.cost,
        },
    )
    if work.used_parts:
        execute(sql.FORGET_PARTS, {**work.place, "used": list(work.used_parts)})
