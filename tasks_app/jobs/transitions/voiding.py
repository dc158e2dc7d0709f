"""Ending active jobs from outside."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from tasks_app.jobs import sql
from tasks_app.jobs.database import rows
from tasks_app.jobs.transitions import endings, waits
from tasks_app.jobs.transitions.endings import Ending


@transaction.atomic
def void(ids: Sequence[UUID], ending: Ending) -> list[UUID]:
    """End those of these jobs that are active, whoever works on them; the ids of those it ended."""
    if not ids:
        return []
    ended = [
        row[0]
        for row in rows(
            sql.VOID,
            {
                **ending.failure.columns(),
                "ids": list(ids),
                "state": ending.state,
                "task_status": endings.TASK_STATES[ending.outcome],
            },
        )
    ]
    waits.wake(ended)
    return ended
