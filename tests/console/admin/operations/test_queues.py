"""The Queues page: figures, pausing and draining with a confirmation, and what all users are shown."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tasks_app.admin.jobs.status.liveness import worker_statuses
from tasks_app.admin.operations.queues.queue_stats import QueueLine, queue_lines
from tasks_app.jobs.transitions import pausing
from tasks_app.models import Job, JobDependency, QueueControl, WorkerHeartbeat
from tasks_app.models.engine.job import State
from tests.console.admin.conftest import JobIn, Staff, start

PAGE = "admin:tasks_app_queuecontrol_changelist"


def page(client: Client) -> str:
    return client.get(reverse(PAGE)).content.decode()


def line(queue: str = "content") -> QueueLine:
    return next(one for one in queue_lines(worker_statuses()) if one.queue.name == queue)


def do(client: Client, verb: str, *queue: str, **form: str) -> str:
    answer = client.post(reverse(f"admin:tasks_app_queuecontrol_{verb}", args=queue), form, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_waits_runs_and_serves(job_in: JobIn) -> None:
    job_in(State.FAILED)
    oldest = job_in(State.QUEUED, "old")
    Job.objects.filter(pk=oldest.pk).update(next_run_at=Now() - timedelta(minutes=5))
    later = job_in(State.QUEUED, "later")
    Job.objects.filter(pk=later.pk).update(next_run_at=Now() + timedelta(minutes=5))
    start(job_in(State.QUEUED, "running"))
    WorkerHeartbeat.objects.create(worker="content@one", queues=["content"], concurrency=2)
    WorkerHeartbeat.objects.create(worker="gone@one", queues=["content"], concurrency=2)
    WorkerHeartbeat.objects.filter(worker="gone@one").update(seen_at=Now() - timedelta(hours=1))

    found = line()

    assert (found.waiting, found.running, found.workers, found.processes) == (2, 1, 1, 2)
    assert found.oldest is not None
    assert 300 <= found.oldest.total_seconds() < 330
    assert not found.unserved
    assert line("llm").oldest is None


def test_a_job_that_waits_for_others_is_not_the_oldest(job_in: JobIn) -> None:
    parent, child = job_in(State.QUEUED, "parent"), job_in(State.QUEUED, "child")
    Job.objects.filter(pk=parent.pk).update(next_run_at=Now() - timedelta(hours=1))
    JobDependency.objects.create(parent=parent, awaited=child)
    oldest = line().oldest
    assert oldest is not None
    assert oldest < timedelta(minutes=1)


def test_the_page_says_when_nobody_serves_a_queue(admin: Client) -> None:
    """Before somebody waits for it, too."""
    assert page(admin).count("<strong>No worker</strong>") == len(pausing.JOB_QUEUES)
    WorkerHeartbeat.objects.create(worker="content@test", queues=["content"])
    assert page(admin).count("<strong>No worker</strong>") == len(pausing.JOB_QUEUES) - 1


def test_limits_stand_beside_where_they_come_from(admin: Client) -> None:
    shown = page(admin)
    assert "tasks_app/queues.py" in shown
    assert "9 min 0 s / 10 min 0 s" in shown
    assert "the kind" in shown  # tests.support.job_types.probe.BRIEF has lower limits


def test_pausing_asks_first_and_wants_a_reason(admin: Client) -> None:
    asked = do(admin, "pause", "content")
    assert "Pause the queue content?" in asked
    assert "No new jobs start on this queue" in asked
    assert "This field is required." in do(admin, "pause", "content", confirmed="yes", reason="")
    assert not QueueControl.objects.exists()

    told = do(admin, "pause", "content", confirmed="yes", reason="disk full")

    held = QueueControl.objects.get()
    assert (held.queue, held.paused, held.reason, str(held.changed_by)) == ("content", True, "disk full", "chief")
    assert "The queue content is paused." in told
    assert LogEntry.objects.get().change_message == "Paused. Reason: disk full"


def test_resuming(admin: Client) -> None:
    do(admin, "pause", "content", confirmed="yes", reason="disk full")
    assert "user-facing jobs first" in do(admin, "resume", "content")
    do(admin, "resume", "content", confirmed="yes")
    assert not QueueControl.objects.get().paused
    assert [entry.change_message for entry in LogEntry.objects.all()] == ["Resumed.", "Paused. Reason: disk full"]


def test_a_second_pause_is_a_message_and_no_crash(admin: Client) -> None:
    do(admin, "pause", "content", confirmed="yes", reason="first")
    assert "already paused" in do(admin, "pause", "content", confirmed="yes", reason="second")
    assert QueueControl.objects.get().reason == "first"


@pytest.mark.parametrize("queue", ["nowhere", "maintenance"])
def test_what_is_no_queue_of_jobs_is_not_found(queue: str, admin: Client) -> None:
    path = reverse("admin:tasks_app_queuecontrol_pause", args=[queue])
    assert admin.post(path, {"confirmed": "yes", "reason": "x"}).status_code == 404


def test_a_drain_is_watched_until_nothing_runs(job_in: JobIn, admin: Client) -> None:
    job = job_in(State.RUNNING, "still going")
    do(admin, "drain", confirmed="yes", reason="upgrade")
    shown = page(admin)
    assert "1 job is still running; no new jobs start." in shown
    assert "still going" in shown
    assert LogEntry.objects.filter(change_message="Draining started. Reason: upgrade").count() == len(
        pausing.JOB_QUEUES
    )

    Job.objects.filter(pk=job.pk).update(state=State.SUCCEEDED, lease_token=None)
    assert "No jobs are running: workers can be stopped." in page(admin)

    do(admin, "end_drain", confirmed="yes")
    assert pausing.paused() == []


def test_every_page_says_that_a_queue_is_paused(job_in: JobIn, admin: Client, staff: Staff) -> None:
    job_in(State.QUEUED)
    assert "Paused queues" not in admin.get(reverse("admin:index")).content.decode()
    pausing.pause("content", by=None, reason="disk full")
    for name in ("index", "tasks_app_job_changelist", "tasks_app_source_changelist", "tasks_app_source_add"):
        shown = admin.get(reverse(f"admin:{name}")).content.decode()
        assert "Paused queues accept jobs but do not start them:" in shown
        assert "disk full" in shown
    assert "disk full" in staff("view_source").get(reverse("admin:index")).content.decode()
    assert "disk full" not in Client().get(reverse("admin:login")).content.decode()


def test_only_who_may_pause_is_offered_it(job_in: JobIn, staff: Staff) -> None:
    assert "Drain all queues…" not in page(staff("view_queuecontrol"))
    assert "Drain all queues…" in page(staff("view_queuecontrol", "pause_queue"))


def test_who_may_not_see_jobs_learns_no_titles(job_in: JobIn, staff: Staff) -> None:
    job_in(State.RUNNING, "confidential")
    pausing.drain(by=None, reason="upgrade")
    assert "confidential" not in page(staff("view_queuecontrol"))
    assert "confidential" in page(staff("view_queuecontrol", "view_job"))


def test_looking_costs_the_same_however_much_waits(job_in: JobIn, admin: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as statements:
            page(admin)
        return len(statements)

    page(admin)
    few = cost()
    for number in range(5):
        start(job_in(State.QUEUED, f"running {number}"))
        job_in(State.QUEUED, f"waiting {number}")
    assert cost() == few
