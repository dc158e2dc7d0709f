from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from tasks_app.jobs.transitions import verbs
from tasks_app.models import Job, Source
from tasks_app.registry import JobType
from tests.support.job_types.probe import PROBE


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Words are compared in the language they are written in."""
    with translation.override("en"):
        yield


@pytest.fixture
def probe() -> JobType:
    """A kind with three stages that do nothing of consequence."""
    return PROBE


@pytest.fixture
def job(source: Source, broker: Any) -> Job:
    """A queued job of that kind."""
    return verbs.enqueue("probe", source)
