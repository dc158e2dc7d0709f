"""What becomes of a cancel: who wins, what is shown of it, and whom it reaches."""

from typing import Any

import pytest
from celery.exceptions import Ignore
from django.contrib.auth.models import User

from tasks_app.errors import Cancelled, Park
from tasks_app.jobs.transitions import failures, recovery, verbs
from tasks_app.jobs.transitions.lease import claim
from tasks_app.models import Job, JobDependency, Notebook, Source
from tasks_app.queues import BULK
from tasks_app.registry import JobType
from tests.engine.jobs.test_enqueue import published
from tests.engine.jobs.test_sweep import expire
from tests.support.attempts import WORKER, attempt, doing, raising, task_result

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff() -> User:
    return User.objects.create(username="hanako")


def by_sweep(probe: JobType, job: Job) -> None:
    expire(job)
    recovery.sweep()


def by_death(probe: JobType, job: Job) -> None:
    recovery.recover_killed(job.pk, job.dispatch_id, failures.WORKER_KILLED)


def by_patience(probe: JobType, job: Job) -> None:
    Job.objects.update(cancel_requested_at="2020-01-01T00:00:00Z")
    recovery.sweep()


@pytest.mark.parametrize("end", [by_sweep, by_death, by_patience])
def test_it_is_told_as_what_it_is(probe: JobType, job: Job, staff: User, end: Any) -> None:
    claim(probe, job.pk, job.dispatch_id, WORKER)
    verbs.cancel(job, by=staff, reason="mistake")

    end(probe, job)

    job.refresh_from_db()
    only = job.attempts.get()
    for told in (job, only):
        assert (told.error_class, told.error_code) == ("Cancelled", "cancelled")
        assert told.error_details == {"by": "hanako", "reason": "mistake"}
    assert (job.state, task_result(only).status) == ("cancelled", "REVOKED")


def test_a_worker_that_notices_leaves_who_asked(probe: JobType, job: Job, staff: User) -> None:
    with pytest.raises(Ignore):
        attempt(doing(probe, "second", lambda _context: verbs.cancel(job, by=staff, reason="mistake")), job)

    job.refresh_from_db()
    assert (job.state, job.error_details) == ("cancelled", {"by": "hanako", "reason": "mistake"})
    assert job.attempts.get().error_details == job.error_details


def test_edited_and_then_cancelled(probe: JobType, job: Job, source: Source) -> None:
    def edit_and_cancel(context: Any) -> None:
        source.pasted_text = "別の本文"
        source.save()
        verbs.enqueue("probe", source)
        verbs.cancel(job, by=None)

    with pytest.raises(Ignore):
        attempt(doing(probe, "second", edit_and_cancel), job)

    job.refresh_from_db()
    assert (job.state, job.attempts.get().outcome) == ("cancelled", "cancelled")


@pytest.mark.parametrize("edited", [False, True])
@pytest.mark.parametrize("noticed", [False, True])
def test_requested_again_meanwhile(probe: JobType, job: Job, source: Source, edited: bool, noticed: bool) -> None:
    def cancel_then_ask(context: Any) -> None:
        verbs.cancel(job, by=None)
        if edited:
            source.pasted_text = "別の本文"
            source.save()
        assert verbs.enqueue("probe", source) == job
        if noticed:
            raise Cancelled("Cancelled on request.")

    changed = doing(probe, "second", cancel_then_ask)
    if edited or noticed:
        with pytest.raises(Ignore):
            attempt(changed, job)
        attempt(probe, job)
    else:
        attempt(changed, job)

    job.refresh_from_db()
    assert (job.state, job.attempt, job.cancel_details) == ("succeeded", 1, {})


def test_a_parent_spares_what_others_want(probe: JobType, job: Job, notebook: Notebook) -> None:
    first, second, third = (
        Source.objects.create(notebook=notebook, title=str(n), pasted_text=str(n)) for n in range(3)
    )
    awaited = verbs.enqueue("probe", first, parent=job)
    wanted = verbs.enqueue("probe", second, parent=job)
    alone = verbs.enqueue("probe", third, parent=job)
    attempt(doing(probe, "second", raising(Park((awaited.pk, wanted.pk, alone.pk)))), job)
    other = verbs.enqueue("pieces", first)
    JobDependency.objects.create(parent=other, awaited=awaited)
    assert verbs.enqueue("probe", second) == wanted

    verbs.cancel(job, by=None)

    states = dict(Job.objects.values_list("pk", "state"))
    assert [states[one.pk] for one in (job, awaited, wanted, alone)] == ["cancelled", "queued", "queued", "cancelled"]


def test_who_joins_a_bulk_job_need_not_wait_for_it(source: Source, broker: Any) -> None:
    bulk = verbs.enqueue("probe", source, priority=BULK)

    joined = verbs.enqueue("probe", source)

    assert (joined.pk, joined.priority) == (bulk.pk, 0)
    assert published(broker) == [str(bulk.dispatch_id)], "a message in front of the one that it has"
