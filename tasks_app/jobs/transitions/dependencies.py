"""Jobs that wait for other jobs."""

from collections.abc import Iterable, Sequence
from functools import partial
from uuid import UUID

from django.db import transaction

from tasks_app.jobs import sql
from tasks_app.jobs.statements import execute, records, rows
from tasks_app.jobs.transitions import broker


def still_active(awaited: Sequence[UUID]) -> list[UUID]:
    """Those of these jobs that have not ended."""
    return [row[0] for row in rows(sql.STILL_ACTIVE, {"ids": list(awaited)})]


def register(parent: UUID, awaited: Sequence[UUID]) -> None:
    """Keep a queued job, whose row this transaction has locked, from being dispatched before these have ended."""
    execute(sql.ADD_DEPENDENCY, {"parent": parent, "awaited": list(awaited)})
    transaction.on_commit(partial(_unblock_ended_meanwhile, awaited), robust=True)


def unblock_on_commit(ended: Iterable[UUID]) -> None:
    """Parents that wait for nothing more than these jobs, which the current transaction ends, become due after it.

    Not inside of it: two jobs' rows would be locked in the order child, parent, and anyone who cancels a family locks
    them the other way round. The sweep does it for a process that dies in between.
    """
    ids = list(ended)
    if ids:
        transaction.on_commit(partial(_unblock, ids), robust=True)


@transaction.atomic
def unblock_missed(batch: int) -> int:
    """The same for parents that were forgotten, at most a batch of them; how many."""
    parents = list({row[0] for row in rows(sql.FORGET_MISSED, {"batch": batch})})
    if parents:
        broker.dispatch_on_commit(records(sql.UNBLOCK, {"parents": parents}))
    return len(parents)


def _unblock(ended: Sequence[UUID]) -> None:
    for (parent,) in rows(sql.WAITING_PARENTS, {"ended": list(ended)}):
        _forget(parent, ended)


@transaction.atomic
def _forget(parent: UUID, ended: Sequence[UUID]) -> None:
    rows(sql.LOCK_JOB, {"id": parent})
    execute(sql.FORGET_DEPENDENCIES, {"parent": parent, "ended": list(ended)})
    broker.dispatch_on_commit(records(sql.UNBLOCK, {"parents": [parent]}))


def _unblock_ended_meanwhile(awaited: Sequence[UUID]) -> None:
    """One that was just ending when its parent began to wait has not seen it."""
    ended = [row[0] for job in awaited for row in rows(sql.ENDED_MEANWHILE, {"id": job})]
    if ended:
        _unblock(ended)
