"""Ending active jobs from outside."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from tasks_app.jobs import sql
from tasks_app.jobs.statements import rows
from tasks_app.jobs.transitions import dependencies, outcomes
from tasks_app.jobs.transitions.outcomes import Transition

SEVERAL_JOBS_LOCK = 6_247_002
"""Key of an advisory lock. Any number nobody else uses."""


@transaction.atomic
def force_end(ids: Sequence[UUID], transition: Transition) -> list[UUID]:
    """End those of these jobs that are active, anyone who works on them; the ids of those it ended."""
    if not ids:
        return []
    several_jobs()
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
    dependencies.unblock_on_commit(ended)
    return ended


def several_jobs() -> None:
    """Before locking several jobs, or a job and then its subject: one transaction at a time may do that."""
    rows(sql.SEVERAL_JOBS, {"key": SEVERAL_JOBS_LOCK})
