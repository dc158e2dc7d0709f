"""Requeue, fail and cancel from the console: first confirmed, then done, then reported and recorded."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tasks_app.jobs.transitions import verbs
from tasks_app.models import Job, Source
from tasks_app.models.engine.job import State
from tests.console.admin.conftest import JobIn

JOBS = "admin:tasks_app_job_changelist"


def post(client: Client, verb: str, *jobs: Job, **fields: str) -> str:
    answer = client.post(
        reverse(f"admin:tasks_app_job_{verb}"), {"job": [job.pk for job in jobs], **fields}, follow=True
    )
    assert answer.status_code == 200
    return answer.content.decode()


def confirmed(client: Client, verb: str, *jobs: Job, **fields: str) -> str:
    return post(client, verb, *jobs, confirmed="yes", **fields)


def state(job: Job) -> str:
    return Job.objects.get(pk=job.pk).state


@pytest.mark.parametrize(
    ("verb", "before", "after"),
    [
        ("requeue", State.FAILED, State.QUEUED),
        ("requeue", State.SUCCEEDED, State.QUEUED),
        ("requeue", State.CANCELLED, State.QUEUED),
        ("fail", State.QUEUED, State.FAILED),
        ("fail", State.RUNNING, State.FAILED),
        ("cancel", State.QUEUED, State.CANCELLED),
    ],
)
def test_asks_first_then_does(verb: str, before: State, after: State, job_in: JobIn, admin: Client) -> None:
    job = job_in(before)
    assert "Jobs affected: 1 of 1." in post(admin, verb, job)
    assert state(job) == before
    confirmed(admin, verb, job, reason="because")
    assert state(job) == after


def test_cancelling_a_running_job_asks_its_worker(job_in: JobIn, admin: Client) -> None:
    job = job_in(State.RUNNING)
    confirmed(admin, "cancel", job, reason="because")
    job.refresh_from_db()
    assert job.state == State.RUNNING
    assert job.cancel_requested_at is not None


def test_history_keeps_who_did_what_and_why(job_in: JobIn, admin: Client) -> None:
    job = job_in(State.FAILED)
    confirmed(admin, "restart", job, reason="the file was fixed")
    entry = LogEntry.objects.get(object_id=str(job.pk))
    assert entry.user.username == "chief"
    assert entry.change_message == "Requeued from the start. Reason: the file was fixed"
    job.refresh_from_db()
    assert job.request_reason == "the file was fixed"


@pytest.mark.parametrize(("verb", "expected"), [("requeue", False), ("restart", True)])
def test_starting_over_is_an_action_of_its_own(verb: str, expected: bool, job_in: JobIn, admin: Client) -> None:
    job = job_in(State.FAILED)
    confirmed(admin, verb, job)
    job.refresh_from_db()
    assert (job.rebuild_since is not None) is expected


@pytest.mark.parametrize("verb", ["fail", "cancel"])
def test_ending_a_job_needs_a_reason(verb: str, job_in: JobIn, admin: Client) -> None:
    job = job_in(State.QUEUED)
    assert "This field is required" in confirmed(admin, verb, job)
    assert state(job) == State.QUEUED


def test_the_question_tells_for_each_job_what_will_happen(job_in: JobIn, admin: Client) -> None:
    page = post(admin, "requeue", job_in(State.FAILED, "locked"), job_in(State.RUNNING, "busy"))
    assert "Jobs affected: 1 of 2." in page
    assert "Starts run 2." in page
    assert "It is still active." in page


def test_the_report_tells_done_from_skipped(job_in: JobIn, admin: Client) -> None:
    failed, running = job_in(State.FAILED, "locked"), job_in(State.RUNNING, "busy")
    page = confirmed(admin, "requeue", failed, running)
    assert "1 job was requeued." in page
    assert "1 job was skipped:" in page
    assert "Source: busy: The job is still active." in page
    assert (state(failed), state(running)) == (State.QUEUED, State.RUNNING)
    assert not LogEntry.objects.filter(object_id=str(running.pk)).exists()


def test_of_two_jobs_about_one_subject_only_the_first_is_offered_a_new_run(job_in: JobIn, admin: Client) -> None:
    old = job_in(State.FAILED)
    source = Source.objects.get(pk=old.subject_id)
    new = verbs.cancel(verbs.enqueue("source", source), by=None)
    page = post(admin, "requeue", old, new)
    assert "Jobs affected: 1 of 2." in page
    assert "Another job is already processing the same subject." in page


def test_ticked_jobs_are_asked_about_in_one_go(job_in: JobIn, admin: Client) -> None:
    jobs = [job_in(State.QUEUED, f"job {number}") for number in range(3)]
    chosen = {"action": "fail_selected", "_selected_action": [job.pk for job in jobs]}
    page = admin.post(reverse(JOBS), chosen).content.decode()
    assert "Jobs affected: 3 of 3." in page
    assert {state(job) for job in jobs} == {State.QUEUED}


def test_all_of_a_filtered_list_is_taken_up_to_the_limit(job_in: JobIn, admin: Client, settings: Settings) -> None:
    settings.BULK_ACTION_LIMIT = 2
    jobs = [job_in(State.QUEUED, f"job {number}") for number in range(3)]
    chosen = {"action": "cancel_selected", "_selected_action": [jobs[0].pk], "select_across": "1"}
    page = admin.post(f"{reverse(JOBS)}?state__exact=queued", chosen).content.decode()
    assert "only the first 2 are processed at a time" in page
    assert {state(job) for job in jobs} == {State.QUEUED}


def test_the_way_back_never_leaves_the_console(job_in: JobIn, admin: Client) -> None:
    form = {"job": job_in(State.FAILED).pk, "confirmed": "yes", "back": "https://elsewhere.example/"}
    answer = admin.post(reverse("admin:tasks_app_job_requeue"), form)
    assert answer.headers["Location"] == reverse(JOBS)


def test_a_job_that_is_no_id_is_no_error(admin: Client) -> None:
    answer = admin.post(reverse("admin:tasks_app_job_requeue"), {"job": "not-an-id"})
    assert "None of the selected jobs exist any more." in answer.content.decode()
