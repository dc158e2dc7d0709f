"""People come before bulk: one interactive job passes five hundred that were submitted before it."""

from tasks_app.jobs.transitions import verbs
from tasks_app.models import Document, Job, Notebook, Source
from tasks_app.queues import BULK
from tests.acceptance.conftest import Submit, wait_for_state
from tests.acceptance.worker_processes import Workers
from tests.support.step_controller import StepController

BULK_JOBS = 500


def sources(notebook: Notebook) -> list[Source]:
    documents = Document.objects.bulk_create(Document(notebook=notebook) for _ in range(BULK_JOBS))
    return Source.objects.bulk_create(
        Source(notebook=notebook, document=document, title="bulk", pasted_text="bulk", content_digest="0")
        for document in documents
    )


def test_one_interactive_job_overtakes_five_hundred(
    workers: Workers, notebook: Notebook, submit: Submit, step_controller: StepController
) -> None:
    first, *others = sources(notebook)
    step_controller.hold("first")
    held = verbs.enqueue("probe", first, params={"url": step_controller.url}, priority=BULK)
    workers.worker("worker")
    step_controller.wait_until_asked("first")
    for source in others:
        verbs.enqueue("probe", source, priority=BULK)
    wanted = submit()
    step_controller.let_go("first")

    wait_for_state(wanted, "succeeded")

    before = Job.objects.filter(started_at__lt=wanted.started_at).exclude(pk=held.pk)
    assert before.count() <= 1, "the one that the worker had taken already, at most"
