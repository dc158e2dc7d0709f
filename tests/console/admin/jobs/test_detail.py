"""One job's page: what it does, why it waits, what went wrong, and every attempt."""

from datetime import timedelta

import pytest
from celery.exceptions import Ignore
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django_celery_results.models import TaskResult
from pytest_django.fixtures import Settings

from tasks_app.errors import PermanentError
from tasks_app.jobs.attempts.runner import AttemptFailed
from tasks_app.jobs.transitions import verbs
from tasks_app.models import Job, QueueControl, Source, StageResult, WorkerHeartbeat
from tasks_app.models.engine.job import State
from tasks_app.registry import JobType, StageContext, Usage
from tests.console.admin.conftest import WORKER, JobIn
from tests.support.attempts import attempt, doing, raising

POLLS = 'hx-trigger="every 2s'


def page(client: Client, job: Job) -> str:
    answer = client.get(reverse("admin:tasks_app_job_change", args=[job.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def live(client: Client, job: Job) -> str:
    address = reverse("admin:tasks_app_job_live", args=[job.pk])
    return client.get(address, headers={"HX-Request": "true"}).content.decode()


def test_a_failure_tells_what_to_do_and_where_it_broke(job_in: JobIn, admin: Client) -> None:
    job = job_in(State.FAILED)
    shown = page(admin, job)
    assert "The file is locked." in shown
    assert "fix what the message describes, then requeue" in shown
    assert "<details" in shown
    assert WORKER in shown
    result = TaskResult.objects.get(task_id=str(job.attempts.get().task_id))
    assert reverse("admin:django_celery_results_taskresult_change", args=[result.pk]) in shown


def test_the_stage_in_which_it_ended_is_named(probe: JobType, job: Job, admin: Client) -> None:
    with pytest.raises(AttemptFailed):
        attempt(doing(probe, "second", raising(PermanentError("locked", "The file is locked."))), job)
    assert "<strong>Failed here</strong>" in page(admin, job)
    assert page(admin, job).count("Not yet") == 1


def test_the_task_result_leads_back_to_the_job(job_in: JobIn, admin: Client) -> None:
    job = job_in(State.FAILED)
    result = TaskResult.objects.get(task_id=str(job.attempts.get().task_id))
    shown = admin.get(reverse("admin:django_celery_results_taskresult_change", args=[result.pk])).content.decode()
    assert reverse("admin:tasks_app_job_change", args=[job.pk]) in shown


def test_stages_count_up_to_where_the_job_is(job_in: JobIn, admin: Client) -> None:
    """What an earlier job saved is not shown as done by one that has not come so far."""
    job = job_in(State.SUCCEEDED)
    StageResult.objects.create(
        job=job,
        attempt=job.attempts.get(),
        kind=job.kind,
        subject_id=job.subject_id,
        stage="chunk",
        figures={"chunks": 7},
    )
    Job.objects.filter(pk=job.pk).update(finished_at=Now())
    assert "chunks: 7" in page(admin, job)
    again = verbs.requeue(job, by=None)
    assert "chunks: 7" not in page(admin, again)


def test_an_active_job_is_polled_and_a_finished_one_is_not(job_in: JobIn, admin: Client) -> None:
    queued, failed = job_in(State.QUEUED, "a"), job_in(State.FAILED, "b")
    assert POLLS in page(admin, queued)
    assert POLLS in live(admin, queued)
    assert POLLS not in page(admin, failed)
    assert POLLS not in live(admin, failed)


def test_the_last_poll_brings_the_buttons_that_now_apply(job_in: JobIn, admin: Client) -> None:
    requeue = reverse("admin:tasks_app_job_requeue")
    assert requeue not in live(admin, job_in(State.RUNNING, "a"))
    assert requeue in live(admin, job_in(State.FAILED, "b"))


def test_it_says_who_asked_and_why(job_in: JobIn, admin: Client) -> None:
    job = job_in(State.QUEUED)
    verbs.fail(job, by=job.requested_by, reason="wrong file")
    shown = page(admin, job)
    assert "for a test" in shown
    assert "owner: wrong file" in shown


def test_a_queued_job_tells_why_it_waits(job_in: JobIn, admin: Client, settings: Settings) -> None:
    settings.JOB_SWEEP_SECONDS = 60
    job = job_in(State.QUEUED)
    assert "No worker is serving the queue content." in page(admin, job)
    WorkerHeartbeat.objects.create(worker=WORKER, queues=["content"])
    assert "Waiting for a free worker." in page(admin, job)
    Job.objects.filter(pk=job.pk).update(next_run_at=Now() + timedelta(minutes=5))
    assert "Will be retried at" in page(admin, job)
    QueueControl.objects.create(queue="content", paused=True, reason="Disk is full.")
    assert "The queue content has been paused since" in page(admin, job)
    assert "Disk is full." in page(admin, job)


def test_a_silent_worker_is_named(job_in: JobIn, admin: Client) -> None:
    job = job_in(State.RUNNING)
    assert f"Running on {WORKER}." in page(admin, job)
    Job.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=5))
    assert f"The worker {WORKER} has stopped responding" in page(admin, job)


def test_the_subject_is_linked_while_it_exists(job_in: JobIn, admin: Client) -> None:
    job = job_in(State.FAILED)
    link = reverse("admin:tasks_app_source_change", args=[job.subject_id])
    assert link in page(admin, job)
    admin.post(reverse("admin:tasks_app_source_delete", args=[job.subject_id]), {"post": "yes"})
    assert link not in page(admin, job)


def test_a_kind_that_is_gone_still_has_a_page(job_in: JobIn, admin: Client) -> None:
    job = job_in(State.FAILED)
    Job.objects.filter(pk=job.pk).update(kind="retired", stage="once")
    assert "retired" in page(admin, job)
    assert admin.get(reverse("admin:tasks_app_job_changelist")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_late_result_is_shown_as_refused(job: Job, probe: JobType, admin: Client) -> None:
    """The worker continues after staff have taken the job from it; what it spent is counted all the same."""

    def deed(context: StageContext) -> None:
        context.record_usage(Usage(input_tokens=70, output_tokens=7, cost=0.5))
        verbs.fail(Job.objects.get(pk=job.pk), by=None, reason="too late")

    with pytest.raises(Ignore):
        attempt(doing(probe, "second", deed), job)
    job.refresh_from_db()
    (only,) = job.attempts.all()
    assert (job.state, only.refused_stage, only.outcome) == (State.FAILED, "second", "failed")
    assert (only.input_tokens, job.input_tokens, float(job.cost)) == (70, 70, 0.5)
    shown = page(admin, job)
    assert "A late result was rejected." in shown
    assert "70 + 7" in shown


@pytest.mark.django_db(transaction=True)
def test_an_attempt_that_ends_itself_is_not_refused(job: Job, probe: JobType, admin: Client) -> None:
    attempt(probe, job)
    assert job.attempts.get().refused_at is None
    assert "A late result" not in page(admin, job)


@pytest.mark.django_db(transaction=True)
def test_tokens_and_cost_are_told_for_stage_attempt_and_job(job: Job, probe: JobType, admin: Client) -> None:
    def deed(context: StageContext) -> None:
        context.record_usage(Usage(input_tokens=1200, output_tokens=34, cost=0.25))

    attempt(doing(probe, "second", deed), job)
    shown = page(admin, job)
    assert shown.count("1,200 + 34") == 2
    assert "1200 + 34" in shown
    assert shown.count("0.2500") == 3


@pytest.mark.django_db(transaction=True)
def test_of_a_job_that_succeeded_every_stage_is_done(job: Job, probe: JobType, admin: Client) -> None:
    attempt(probe, job)
    shown = page(admin, job)
    assert "Not yet" not in shown
    assert "span-rest" not in shown[: shown.index("</svg>", shown.index("timeline-title"))]


@pytest.mark.django_db(transaction=True)
def test_the_timeline_has_a_row_for_each_attempt_and_a_stretch_for_each_stage(
    job: Job, probe: JobType, admin: Client
) -> None:
    attempt(probe, job)
    attempt(probe, verbs.requeue(job, by=None, rebuild=True))
    shown = page(admin, job)
    drawing = shown[shown.index('<svg class="chart timeline"') : shown.index("</svg>", shown.index("timeline-title"))]
    assert drawing.count("<rect") >= 2
    assert ">1.1<" in drawing
    assert ">2.2<" in drawing
    assert "first:" in drawing


def test_parent_and_children_lead_to_each_other(job: Job, source: Source, admin: Client) -> None:
    child = verbs.enqueue("pieces", source, parent=job)
    verbs.fail(child, by=None, reason="no need")
    assert reverse("admin:tasks_app_job_change", args=[child.pk]) in page(admin, job)
    assert "Marked as failed by staff." in page(admin, job)
    assert reverse("admin:tasks_app_job_change", args=[job.pk]) in page(admin, child)


def test_what_staff_did_is_told_with_its_reason(job_in: JobIn, admin: Client) -> None:
    job = job_in(State.FAILED)
    assert "No staff actions yet." in page(admin, job)
    address = reverse("admin:tasks_app_job_requeue")
    admin.post(address, {"job": job.pk, "confirmed": "yes", "reason": "the file was fixed"})
    shown = page(admin, job)
    assert "chief" in shown
    assert "Reason: the file was fixed" in shown


def test_a_running_job_tells_of_its_lease(job_in: JobIn, admin: Client) -> None:
    shown = page(admin, job_in(State.RUNNING))
    assert "Last heartbeat" in shown
    assert "Lease until" in shown
    assert "Lease until" not in page(admin, job_in(State.FAILED, "b"))
