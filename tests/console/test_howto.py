"""The kind that docs/howto/add-a-job-type.md adds really is all there is to it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tasks_app.jobs import verbs
from tasks_app.models import Notebook
from tasks_app.registry import JobType, job_types
from tests.support.attempts import attempt

HOWTO = Path(settings.BASE_DIR) / "docs" / "howto" / "add-a-job-type.md"


@pytest.fixture
def proofread() -> Iterator[JobType]:
    (code,) = re.findall(r"```python\n(.*?)```", HOWTO.read_text(), re.DOTALL)
    exec(compile(code, str(HOWTO), "exec"), {})  # noqa: S102 - our own page
    yield job_types["proofread"]
    del job_types["proofread"]


@pytest.mark.django_db(transaction=True)
def test_the_page_works_as_written(proofread: JobType, notebook: Notebook, broker: Any) -> None:
    job = verbs.enqueue("proofread", proofread.samples(notebook)[0])

    attempt(proofread, job)

    job.refresh_from_db()
    assert job.state == "succeeded"
    assert job.stage_results.get().figures == {"sentences": 2}
