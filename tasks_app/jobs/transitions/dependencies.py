"""Jobs that wait for other jobs."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from tasks_app.jobs import sql
from tasks_app.jobs.statements import execute, records, rows
from tasks_app.jobs.transitions import broker


def still_active(awaited: Sequence[UUID]) -> list[UUID]:
    """Those of these jobs that have not ended, kept from ending until the current transaction is over."""
    return [row[0] for row in rows(sql.AWAITED, {"awaited": list(awaited)})]


def register(parent: UUID, awaited: Sequence[UUID]) -> None:
    """Keep a queued job from being dispatched before these have ended."""
    execute(sql.ADD_DEPENDENCY, {"parent": parent, "awaited": list(awaited)})


def unblock(ended: Iterable[UUID]) -> None:
    """Inside the transaction that ended these jobs: parents that wait for nothing more become due."""
    ids = list(ended)
    parents = [row[0] for row in rows(sql.WAITING_PARENTS, {"ended": ids})]
    if not parents:
        return
    execute(sql.FORGET_DEPENDENCIES, {"ended": ids})
    broker.dispatch_on_commit(records(sql.UNBLOCK, {"parents": parents}))
