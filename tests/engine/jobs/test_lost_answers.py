"""PostgreSQL did what it was asked, and the connection broke before it could say so."""

from collections.abc import Iterator

import pytest
from celery.exceptions import Ignore
from django.utils.translation import gettext_noop

from tasks_app.errors import Release
from tasks_app.jobs.transitions import verbs
from tasks_app.jobs.transitions.lease import claim, note_refusal
from tasks_app.models import Attempt, Job, Notebook, Source
from tasks_app.registry import JobType, StageContext, Usage
from tests.support.attempts import WORKER, attempt, doing
from tests.support.lost_answers import LossyWay, lossy_way

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def way(transactional_db: None) -> Iterator[LossyWay]:
    with lossy_way() as way:
        yield way


@pytest.mark.parametrize("number", [1, 2, 3])
def test_every_stage_is_saved_once(probe: JobType, job: Job, source: Source, number: int, way: LossyWay) -> None:
    way.lose("COMMIT", number)

    attempt(probe, job)

    assert way.lost
    job.refresh_from_db()
    source.refresh_from_db()
    assert source.document.headings == ["first", "second", "third"]
    assert (job.state, job.attempts.get().refused_at) == ("succeeded", None)


def test_what_a_released_attempt_spent_counts_once(probe: JobType, job: Job, way: LossyWay) -> None:
    def spend(context: StageContext) -> None:
        context.record_usage(Usage(input_tokens=1000, output_tokens=100, cost=1.0))
        raise Release("away", gettext_noop("Away."), delay=300)

    way.lose("COMMIT")

    with pytest.raises(Ignore):
        attempt(doing(probe, "first", spend), job)

    assert way.lost
    job.refresh_from_db()
    assert (job.state, job.input_tokens, float(job.cost)) == ("queued", 1000, 1)
    assert job.attempts.get().refused_at is None


def test_a_claim_is_kept(probe: JobType, job: Job, way: LossyWay) -> None:
    way.lose("INSERT INTO tasks_app_attempt")

    attempt(probe, job)

    assert way.lost
    job.refresh_from_db()
    assert (job.state, job.attempt, job.attempts.count()) == ("succeeded", 1, 1)


def test_a_note_of_a_forgotten_attempt_lands_on_no_other_jobs(probe: JobType, job: Job, notebook: Notebook) -> None:
    """After a crash PostgreSQL gives the ids of attempts that it forgot to others."""
    ghost = claim(probe, job.pk, job.dispatch_id, WORKER)
    assert ghost is not None
    ghost.usage = Usage(input_tokens=777)
    Attempt.objects.all().delete()
    other = verbs.enqueue("probe", Source.objects.create(notebook=notebook, title="o", pasted_text="o"))
    claim(probe, other.pk, other.dispatch_id, WORKER)
    Attempt.objects.update(id=ghost.attempt_id)
    verbs.fail(other, by=None)

    note_refusal(ghost)

    other.refresh_from_db()
    assert (other.input_tokens, other.attempts.get().refused_at) == (0, None)
