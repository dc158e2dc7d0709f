from typing import Any

import pytest

from tasks_app.jobs import verbs
from tasks_app.models import Job, Source
from tasks_app.registry import JobType
from tests.job_types.probe import PROBE


@pytest.fixture
def probe() -> JobType:
    """A kind with three stages that do nothing of consequence."""
    return PROBE


@pytest.fixture
def job(source: Source, broker: Any) -> Job:
    """A queued job of that kind."""
    return verbs.enqueue("probe", source)
