"""A whole agenda item with real workers: parts and their parent share what there is of them."""

import os
import signal
from collections.abc import Iterator

import pytest
from redis import Redis

from tasks_app.jobs.transitions import verbs
from tasks_app.models import AgendaItem, AgendaSummary, Job
from tasks_app.registry import job_types
from tests.acceptance.conftest import wait_for_state
from tests.acceptance.worker_processes import Workers
from tests.engine.providers.scripted_endpoint import CHAT, ScriptedEndpoint, endpoint
from tests.support.agenda import agenda_item
from tests.support.attempts import attempt


@pytest.fixture
def model() -> Iterator[ScriptedEndpoint]:
    with endpoint() as running:
        yield running


def current(item: AgendaItem) -> AgendaSummary:
    return AgendaSummary.objects.get(item=item, is_current=True)


def outcomes(job: Job) -> list[str]:
    return [attempt.outcome for attempt in job.attempts.order_by("id")]


def test_one_process_is_enough(workers: Workers) -> None:
    """The parent holds no worker while it waits, or nobody could do its parts."""
    item = agenda_item()
    theirs = verbs.enqueue("agenda_materials", item.materials.get(number=1))
    job = verbs.enqueue("agenda_content", item)
    workers.worker("only")

    wait_for_state(job, "succeeded")

    assert outcomes(job) == ["parked", "succeeded"]
    assert current(item).figures == {"parts": 3, "missing": []}
    assert Job.objects.filter(kind="agenda_materials").count() == 2
    assert theirs.attempts.count() == 1


def test_a_part_whose_process_is_killed(workers: Workers, model: ScriptedEndpoint) -> None:
    workers.keeper()
    workers.worker("victim", concurrency=2, LLM_BASE_URL=model.url, LLM_MODEL="tester", PROVIDER_TIMEOUT_SECONDS="20")
    model.hold(CHAT)
    item = agenda_item(materials=2, minutes="")
    job = verbs.enqueue("agenda_content", item)
    model.wait_until_asked(CHAT, 2)
    part = Job.objects.filter(kind="agenda_materials").first()
    assert part is not None
    os.kill(part.attempts.get().process_id, signal.SIGKILL)
    wait_for_state(part, "queued")
    model.let_go(CHAT)

    wait_for_state(job, "succeeded")

    assert current(item).figures == {"parts": 2, "missing": []}
    assert current(item).provider == "model"
    assert outcomes(part) == ["recovered", "succeeded"]


def test_a_worker_killed_before_it_could_tell_the_parent(workers: Workers, broker: "Redis") -> None:
    """The last part has ended, the message that would have said so never reached Redis."""
    item = agenda_item()
    job = verbs.enqueue("agenda_content", item)
    attempt(job_types["agenda_content"], job)
    for child in job.children.all():
        attempt(job_types[child.kind], child)
    broker.flushdb()
    workers.keeper()
    workers.worker("heir")

    wait_for_state(job, "succeeded")

    assert outcomes(job) == ["parked", "succeeded"]
