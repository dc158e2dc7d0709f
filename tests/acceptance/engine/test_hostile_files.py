"""Files that make their reader loop or eat memory bring down its process alone, and the job says why."""

import pytest
from django.core.files.base import ContentFile
from django.utils.translation import override
from pytest_django.fixtures import Settings

from tasks_app.jobs.transitions import verbs
from tasks_app.models import Job, Notebook, Source
from tests.acceptance.conftest import wait_for_state
from tests.acceptance.worker_processes import Workers
from tests.unit.text.extraction import hostile
from tests.unit.text.extraction.builders import pdf

MEMORY_BYTES = 160 * 1024**2
"""Enough for an ordinary file; what this one wants, a process with more would need a minute to fill."""


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: object) -> None:
    settings.MEDIA_ROOT = f"{tmp_path}/media"


def enqueued(notebook: Notebook, name: str, content: bytes) -> tuple[Source, Job]:
    source = Source.objects.create(notebook=notebook, title=name, file=ContentFile(content, name=f"{name}.pdf"))
    return source, verbs.enqueue("source", source)


def test_a_pdf_that_loops_and_one_that_eats_memory(workers: Workers, notebook: Notebook, settings: Settings) -> None:
    loop, loop_job = enqueued(notebook, "loop", hostile.endless_pdf())
    _, memory_job = enqueued(notebook, "memory", hostile.greedy_pdf())
    _, good_job = enqueued(notebook, "good", pdf("調査の目的を示す。"))
    worker = workers.worker(
        "worker",
        MEDIA_ROOT=settings.MEDIA_ROOT,
        EXTRACTION_WALL_SECONDS="24",
        WORKER_NICENESS="0",
        EXTRACTION_MEMORY_BYTES=str(MEMORY_BYTES),
    )

    wait_for_state(loop_job, "failed")
    wait_for_state(memory_job, "failed")
    wait_for_state(good_job, "succeeded")

    assert [(job.error_code, job.attempt) for job in (loop_job, memory_job)] == [
        ("took_too_long", 1),
        ("too_much_memory", 1),
    ]
    with override("en"):
        assert loop_job.error_text.startswith("Reading the file took too long and was stopped.")
    with override("ja"):
        assert "時間がかかりすぎた" in loop_job.error_text
    assert not [child for child in worker.children if "tasks_app.text.extraction" in " ".join(child.cmdline())]

    with loop.file.open() as stored:
        assert stored.read() == hostile.endless_pdf()
    loop.file = ContentFile(pdf("直した文書です。"), name="loop.pdf")
    loop.save()
    verbs.requeue(loop_job, by=None)
    wait_for_state(loop_job, "succeeded")
