"""What a requeue will lead to is shown before it is confirmed."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tasks_app.admin.jobs.actions.requeue_preview import requeue_previews
from tasks_app.errors import PermanentError
from tasks_app.jobs.attempts.runner import AttemptFailed
from tasks_app.jobs.statements import execute
from tasks_app.jobs.transitions import pausing, verbs
from tasks_app.models import AgendaItem, Job, Notebook, Source, WorkerHeartbeat
from tasks_app.models.engine.job import State
from tasks_app.queues import BULK, INTERACTIVE
from tasks_app.registry import JobType, StageContext, Usage, job_types
from tests.support.attempts import attempt, doing, raising

pytestmark = pytest.mark.django_db(transaction=True)


def preview(client: Client, verb: str, *jobs: Job) -> str:
    answer = client.post(reverse(f"admin:tasks_app_job_{verb}"), {"job": [job.pk for job in jobs]})
    return answer.content.decode()


@pytest.fixture
def stopped(probe: JobType, job: Job) -> Job:
    """Failed in its last stage; the first cost tokens, both before it time."""

    def spend(context: StageContext) -> None:
        context.record_usage(Usage(input_tokens=1000, output_tokens=200, cost=0.5))

    with pytest.raises(AttemptFailed):
        attempt(doing(doing(probe, "first", spend), "third", raising(PermanentError("broken", "It broke."))), job)
    execute("UPDATE tasks_app_stageresult SET seconds = 75", {})
    job.refresh_from_db()
    assert job.state == State.FAILED
    return job


def test_it_goes_on_where_it_stopped_and_says_what_that_saves(stopped: Job, admin: Client) -> None:
    page = preview(admin, "requeue", stopped)
    assert "Starts run 2." in page
    assert "Resumes at the stage “third”." in page
    assert "This saves 2 min 30 s and about 1,200 tokens." in page
    assert "Replaces" not in page


def test_from_the_start_it_saves_nothing_and_replaces(stopped: Job, admin: Client) -> None:
    page = preview(admin, "restart", stopped)
    assert "Runs all stages." in page
    assert "Replaces the results of: first / second." in page
    assert "This saves" not in page


def test_another_text_keeps_nothing(stopped: Job, admin: Client) -> None:
    source = Source.objects.get(pk=stopped.subject_id)
    source.pasted_text = "ほかの本文。"
    source.save()
    page = preview(admin, "requeue", stopped)
    assert "Runs all stages." in page
    assert "Replaces the results of: first / second." in page


def test_a_deleted_subject_is_told_before_the_click(stopped: Job, admin: Client) -> None:
    Source.objects.filter(pk=stopped.subject_id).delete()
    page = preview(admin, "requeue", stopped)
    assert "The subject of the job has been deleted." in page
    assert 'name="confirmed"' not in page


def test_expected_start_and_cost_follow_from_what_such_jobs_took(
    stopped: Job, probe: JobType, notebook: Notebook, admin: Client
) -> None:
    WorkerHeartbeat.objects.create(worker="content@test", queues=["content"], concurrency=2)

    def spend(context: StageContext) -> None:
        context.record_usage(Usage(input_tokens=3000, output_tokens=0, cost=1.5))

    def another(title: str) -> Job:
        return verbs.enqueue("probe", Source.objects.create(notebook=notebook, title=title, pasted_text=title))

    for number in range(2):
        attempt(doing(probe, "third", spend), another(f"done {number}"))
    execute("UPDATE tasks_app_attempt SET started_at = ended_at - interval '60 s' WHERE outcome = 'succeeded'", {})
    for number in range(6):
        another(f"ahead {number}")
    page = preview(admin, "restart", stopped)
    assert "Expected to start in about 3 min 0 s." in page
    assert "Estimated: 3,000 tokens, cost 1.5000." in page
    assert "Estimated: 1,000 tokens, cost 0.5000." in preview(admin, "requeue", stopped)


def test_what_a_person_edited_is_named(notebook: Notebook, admin: Client) -> None:
    item = job_types["agenda_content"].samples(notebook)[0]
    assert isinstance(item, AgendaItem)
    job = verbs.fail(verbs.enqueue("agenda_content", item), by=None)
    assert "The result has been edited by staff" not in preview(admin, "requeue", job)
    item.summaries.create(
        of="both", text="人が直した要旨。", number=1, edited_at=job.created_at, edited_by=notebook.owner
    )
    assert "The result has been edited by staff. The edits are kept." in preview(admin, "requeue", job)


def test_while_its_queue_is_paused_no_start_is_promised(stopped: Job, admin: Client) -> None:
    WorkerHeartbeat.objects.create(worker="content@test", queues=["content"], concurrency=1)
    assert "Expected to start in about 0.0 s." in preview(admin, "requeue", stopped)
    pausing.pause("content", by=None, reason="disk full")
    page = preview(admin, "requeue", stopped)
    assert "Its queue is paused; it starts when the queue is resumed." in page
    assert "Expected to start" not in page


def test_many_at_once_let_those_pass_that_people_wait_for(stopped: Job, probe: JobType, notebook: Notebook) -> None:
    WorkerHeartbeat.objects.create(worker="content@test", queues=["content"], concurrency=1)
    for number in range(2):
        source = Source.objects.create(notebook=notebook, title=f"done {number}", pasted_text=str(number))
        attempt(probe, verbs.enqueue("probe", source))
    execute("UPDATE tasks_app_attempt SET started_at = ended_at - interval '60 s' WHERE outcome = 'succeeded'", {})
    waiting = verbs.enqueue(
        "probe", Source.objects.create(notebook=notebook, title="bulk", pasted_text="b"), priority=BULK
    )
    assert waiting.priority == BULK
    (alone,), (among_many,) = requeue_previews([stopped], INTERACTIVE), requeue_previews([stopped], BULK)
    assert alone.starts_in == timedelta()
    assert among_many.starts_in == timedelta(seconds=60)


def test_it_warns_where_trying_again_alone_does_not_help(stopped: Job, admin: Client) -> None:
    page = preview(admin, "requeue", stopped)
    assert "It broke." in page
    assert "Retrying alone does not help" in page
    Job.objects.filter(pk=stopped.pk).update(error_class="TransientError")
    assert "Retrying alone" not in preview(admin, "requeue", stopped)
