"""Real workers, a server that leads the probes, and a job to lead."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tasks_app.jobs.transitions import verbs
from tasks_app.models import Job, Source
from tests.acceptance.processes import Fleet, fleet
from tests.support.oracle import Oracle
from tests.support.waiting import once_reachable, wait_for

Submit = Callable[..., Job]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    folder = Path(__file__).parent
    for item in items:
        if folder not in item.path.parents:
            continue
        item.add_marker(pytest.mark.acceptance)
        if folder == item.path.parent:
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(name="fleet")
def _fleet(tmp_path: Path, transactional_db: None, broker: Any) -> Iterator[Fleet]:
    with fleet(tmp_path) as ships:
        yield ships


@pytest.fixture
def submit(source: Source, oracle: Oracle) -> Submit:
    """Enqueue a job of a probing kind that asks this test's oracle."""

    def enqueue(kind: str = "probe", **params: Any) -> Job:
        return verbs.enqueue(kind, source, params={"url": oracle.url, **params})

    return enqueue


def wait_for_state(job: Job, *states: str) -> Job:
    """The job, once it is in one of these states."""

    def look() -> bool:
        job.refresh_from_db()
        return job.state in states

    wait_for(lambda: once_reachable(look), f"job to be {' or '.join(states)} (it is {job.state})")
    return job
