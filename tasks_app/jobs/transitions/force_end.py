"""Ending active jobs from outside."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from tasks_app.jobs import sql
from tasks_app.jobs.statements import rows
from tasks_app.jobs.transitions import dependencies, outcomes
from tasks_app.jobs.transitions.outcomes import Transition


@transaction.atomic
def force_end(ids: Sequence[UUID], transition: Transition) -> list[UUID]:
    """End those of these jobs that are active, anyone who works on them; the ids of those it ended."""
    if not ids:
        return []
    ended = [
        row[0]
        for row in rows(
            sql.FORCE_END,
            {
                **transition.failure.columns(),
                "ids": list(ids),
                "state": transition.state,
                "task_status": outcomes.TASK_STATES[transition.outcome],
            },
        )
    ]
    dependencies.unblock(ended)
    return ended
