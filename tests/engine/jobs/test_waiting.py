"""Rule 9: a job waits for others without holding a worker."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from celery.exceptions import Ignore
from django.db import connection, transaction

from tasks_app.errors import Park
from tasks_app.jobs.statements import rows
from tasks_app.jobs.transitions import recovery, verbs
from tasks_app.models import Job, JobDependency, Notebook, Source
from tasks_app.models.engine.attempt import Outcome
from tasks_app.registry import JobType
from tests.support.attempts import attempt, doing, raising, task_result
from tests.support.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def children(notebook: Notebook, job: Job) -> list[Job]:
    sources = [Source.objects.create(notebook=notebook, title=str(n), pasted_text=str(n)) for n in range(2)]
    return [verbs.enqueue("probe", source, parent=job) for source in sources]


@pytest.fixture
def parked(probe: JobType, job: Job, children: list[Job]) -> Job:
    """A job that waits for both."""
    attempt(doing(probe, "second", raising(Park(tuple(child.pk for child in children)))), job)
    job.refresh_from_db()
    return job


def is_published(job: Job) -> bool:
    job.refresh_from_db()
    return job.published_at is not None


def test_parking_ends_the_attempt_uncounted(parked: Job) -> None:
    (only,) = parked.attempts.all()
    assert (parked.state, parked.attempt, parked.stage) == ("queued", 0, "second")
    assert (only.outcome, task_result(only).status) == (Outcome.PARKED, "SUCCESS")


def test_nobody_may_claim_it_meanwhile(probe: JobType, parked: Job) -> None:
    recovery.sweep()
    assert not is_published(parked)

    attempt(probe, parked)

    assert parked.attempts.count() == 1


def test_the_last_child_wakes_it(probe: JobType, parked: Job, children: list[Job]) -> None:
    attempt(probe, children[0])
    assert not is_published(parked)

    attempt(probe, children[1])
    assert is_published(parked)
    assert not JobDependency.objects.exists()

    attempt(probe, parked)
    parked.refresh_from_db()
    assert (parked.state, parked.attempt) == ("succeeded", 1)


def test_two_last_children_that_end_at_the_same_instant(parked: Job, children: list[Job]) -> None:
    """The later of the two transactions waits for the earlier one, and so sees that it is the last."""
    with ThreadPoolExecutor(1) as elsewhere:
        with transaction.atomic():
            verbs.fail(children[0], by=None)
            other = elsewhere.submit(cancel_elsewhere, children[1])
            wait_for(somebody_waits, "the other transaction to wait for this one")
            assert not other.done()
        other.result(10)

    assert is_published(parked)
    assert not JobDependency.objects.exists()


def cancel_elsewhere(job: Job) -> None:
    try:
        verbs.cancel(job, by=None)
    finally:
        connection.close()


def somebody_waits() -> bool:
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()"
    return bool(rows(waiting, {})[0][0])


def test_a_failed_child_wakes_it_too(probe: JobType, parked: Job, children: list[Job]) -> None:
    verbs.fail(children[0], by=None)
    verbs.cancel(children[1], by=None)

    assert is_published(parked)


def test_a_missed_wake_is_repaired(parked: Job, children: list[Job]) -> None:
    Job.objects.filter(pk__in=[child.pk for child in children]).update(state="succeeded")

    recovery.sweep()

    assert is_published(parked)
    assert not JobDependency.objects.exists()


def test_children_that_ended_before_are_not_waited_for(probe: JobType, job: Job, children: list[Job]) -> None:
    for child in children:
        attempt(probe, child)

    attempt(doing(probe, "second", raising(Park(tuple(child.pk for child in children)))), job)

    assert is_published(job)
    assert not JobDependency.objects.exists()


def test_cancelling_reaches_the_children_it_made(parked: Job, children: list[Job], notebook: Notebook) -> None:
    stranger = verbs.enqueue("probe", Source.objects.create(notebook=notebook, title="x", pasted_text="x"))
    JobDependency.objects.create(parent=parked, awaited=stranger)

    verbs.cancel(parked, by=None)

    states = {job.pk: job.state for job in Job.objects.all()}
    assert states.pop(stranger.pk) == "queued"
    assert set(states.values()) == {"cancelled"}
    assert not JobDependency.objects.filter(parent=parked).exists()


def test_parked_job_with_changed_input_starts_over(
    probe: JobType, job: Job, children: list[Job], source: Source
) -> None:
    def edit_and_park(work: Any) -> None:
        source.pasted_text = "別の本文"
        source.save()
        verbs.enqueue("probe", source)
        raise Park(tuple(child.pk for child in children))

    with pytest.raises(Ignore):
        attempt(doing(probe, "second", edit_and_park), job)

    job.refresh_from_db()
    assert (job.state, job.attempts.get().outcome) == ("queued", "released")
    assert not JobDependency.objects.exists()
