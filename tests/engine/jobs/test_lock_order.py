"""Two sessions, one family of jobs, a barrier behind every statement: nobody waits for somebody who waits for them.

While the first session stands still after its first, second, … statement, the other does all of its work, or as much as
it can before it has to wait. Then the first continues. PostgreSQL answers a circle with an error for one of the two.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import OperationalError, connection, transaction

from tasks_app.errors import AlreadyEnqueued, Cancelled, InputChanged, LeaseLost, Refused
from tasks_app.jobs.attempts.stage_context import LeasedStageContext
from tasks_app.jobs.statements import rows
from tasks_app.jobs.transitions import outcomes, recovery, verbs
from tasks_app.jobs.transitions.lease import Lease, claim
from tasks_app.jobs.transitions.outcomes import Transition
from tasks_app.models import AgendaItem, AgendaMaterial, Job
from tasks_app.models.engine.attempt import Outcome
from tasks_app.models.engine.job import State
from tasks_app.registry import job_types
from tests.support.agenda import agenda_item
from tests.support.attempts import WORKER, attempt

pytestmark = pytest.mark.django_db(transaction=True)

STATEMENTS = 12
"""More than any of these transactions has before its last."""


@dataclass(kw_only=True)
class Family:
    """An item whose job waits for those of its two materials: one runs, one is queued. Another job is about to wait."""

    item: AgendaItem
    parent: Job
    running: Job
    queued: Job
    lease: Lease
    other: Lease


Deed = Callable[[Family], None]


def family(older: bool | None) -> Family:
    """With a parent whose id comes before (`older`) or after those of its children, or anywhere (None)."""
    while True:
        item = agenda_item(materials=2, minutes="")
        parent = verbs.enqueue("agenda_content", item)
        attempt(job_types["agenda_content"], parent)
        running, queued = parent.children.order_by("subject_title")
        if older is None or older == (parent.pk < running.pk) == (parent.pk < queued.pk):
            break
        verbs.cancel(parent, by=None)
    lease = claim(job_types[running.kind], running.pk, running.dispatch_id, WORKER)
    waiter = verbs.enqueue("agenda_summary", item, params={"of": "both"})
    other = claim(job_types[waiter.kind], waiter.pk, waiter.dispatch_id, WORKER)
    assert lease is not None
    assert other is not None
    return Family(item=item, parent=parent, running=running, queued=queued, lease=lease, other=other)


def material_of(job: Job) -> AgendaMaterial:
    return AgendaMaterial.objects.get(pk=job.subject_id)


@transaction.atomic
def save_the_last_stage(them: Family) -> None:
    outcomes.succeed(them.lease)
    AgendaMaterial.objects.filter(pk=them.lease.subject_id).update(title="saved")


@transaction.atomic
def save_a_stage(them: Family) -> None:
    LeasedStageContext(them.lease, them.lease.job_type.stages[0]).fence("chunk")
    AgendaMaterial.objects.filter(pk=them.lease.subject_id).update(title="saved")


def wait_for_both(them: Family) -> None:
    awaited: tuple[UUID, ...] = (them.running.pk, them.queued.pk)
    outcomes.finish_attempt(
        them.other, Transition(outcome=Outcome.PARKED, state=State.QUEUED, counted=False, awaited=awaited)
    )


def adopt_both(them: Family) -> None:
    context = LeasedStageContext(them.other, them.other.job_type.stages[0])
    for job in (them.queued, them.running):
        context.enqueue_child(job.kind, material_of(job))


def fail_the_running(them: Family) -> None:
    verbs.fail(them.running, by=None)


def cancel_the_queued(them: Family) -> None:
    verbs.cancel(them.queued, by=None)


def cancel_the_parent(them: Family) -> None:
    verbs.cancel(them.parent, by=None)


@transaction.atomic
def edit_a_material(them: Family) -> None:
    material = material_of(them.running)
    verbs.hold(material)
    material.title = "edited"
    material.save()
    verbs.enqueue("agenda_materials", material)


@transaction.atomic
def request_all_materials(them: Family) -> None:
    for job in (them.queued, them.running):
        verbs.enqueue("agenda_materials", material_of(job))


def delete_the_item(them: Family) -> None:
    AgendaItem.objects.filter(pk=them.parent.subject_id).delete()


def sweep(them: Family) -> None:
    recovery.sweep()


DEEDS = (
    save_the_last_stage,
    save_a_stage,
    wait_for_both,
    adopt_both,
    fail_the_running,
    cancel_the_queued,
    cancel_the_parent,
    edit_a_material,
    request_all_materials,
    delete_the_item,
    sweep,
)
REFUSALS = (Refused, AlreadyEnqueued, LeaseLost, Cancelled, InputChanged, ObjectDoesNotExist)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (cancel_the_queued, cancel_the_parent),
        (save_the_last_stage, delete_the_item),
        (edit_a_material, save_a_stage),
        (save_a_stage, edit_a_material),
        (wait_for_both, cancel_the_parent),
        (adopt_both, delete_the_item),
    ],
)
def test_no_two_wait_for_each_other(first: Deed, second: Deed, broker: Any) -> None:
    with ThreadPoolExecutor(2) as sessions:
        at_every_statement(sessions, first, second, None)


@pytest.mark.full
@pytest.mark.parametrize("older", [True, False])
@pytest.mark.parametrize("first", DEEDS)
def test_no_two_of_all_wait_for_each_other(first: Deed, older: bool, broker: Any) -> None:
    with ThreadPoolExecutor(2) as sessions:
        for second in DEEDS:
            at_every_statement(sessions, first, second, older)


def at_every_statement(sessions: ThreadPoolExecutor, first: Deed, second: Deed, older: bool | None) -> None:
    for number in range(1, STATEMENTS):
        if not in_turns(sessions, family(older), first, second, number):
            return


def in_turns(
    sessions: ThreadPoolExecutor,
    them: Family,
    first: Deed,
    second: Deed,
    number: int,
) -> bool:
    """Whether `first` has so many statements in transactions. Fails where one of the two met a deadlock."""
    standing, go_on = Event(), Event()
    count = [0]

    def stop(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if context["connection"].in_atomic_block:
            count[0] += 1
            if count[0] == number:
                standing.set()
                go_on.wait(30)
        return result

    def do(deed: Deed, wrapper: Any) -> None:
        try:
            with connection.execute_wrapper(wrapper):
                deed(them)
        except REFUSALS:
            pass
        finally:
            standing.set()
            connection.close()

    one = sessions.submit(do, first, stop)
    standing.wait(30)
    two = sessions.submit(do, second, lambda execute, *rest: execute(*rest))
    while not two.done() and not somebody_waits():
        Event().wait(0.002)
    go_on.set()
    for session, deed in ((one, first), (two, second)):
        try:
            session.result(30)
        except OperationalError as error:
            pytest.fail(f"{deed.__name__}, after statement {number} of {first.__name__}: {error}")
    return count[0] >= number


def somebody_waits() -> bool:
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()"
    return bool(rows(waiting, {})[0][0])
