"""Real workers, a server that leads the probes, and a job to lead."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tasks_app.jobs.transitions import verbs
from tasks_app.models import Job, Source
from tests.acceptance.worker_processes import Workers, worker_processes
from tests.support.step_controller import StepController
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


@pytest.fixture(autouse=True)
def _times_of_the_workers(_long_lease: None, settings: Settings) -> None:
    """What is judged here is done by processes that follow the environment."""
    for name in ("JOB_LEASE_SECONDS", "JOB_HEARTBEAT_SECONDS"):
        setattr(settings, name, int(os.environ[name]))


@pytest.fixture(name="workers")
def _workers(tmp_path: Path, transactional_db: None, broker: Any) -> Iterator[Workers]:
    with worker_processes(tmp_path) as workers:
        yield workers


@pytest.fixture
def submit(source: Source, step_controller: StepController) -> Submit:
    """Enqueue a job of a probing kind that asks this test's step controller."""

    def enqueue(kind: str = "probe", **params: Any) -> Job:
        return verbs.enqueue(kind, source, params={"url": step_controller.url, **params})

    return enqueue


def wait_for_state(job: Job, *states: str) -> Job:
    """The job, once it is in one of these states."""

    def look() -> bool:
        job.refresh_from_db()
        return job.state in states

    wait_for(lambda: once_reachable(look), f"job to be {' or '.join(states)} (it is {job.state})")
    return job
