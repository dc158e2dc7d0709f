"""Why a job does not move: each diagnosis in the situation it is made for, brought about by the engine's own verbs."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from celery.exceptions import Ignore
from django.contrib.auth.models import User
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from pytest_django.fixtures import Settings

from tasks_app import tasks
from tasks_app.admin.jobs.status.context import StatusContext
from tasks_app.admin.jobs.status.diagnose import diagnose
from tasks_app.admin.jobs.status.diagnosis import Diagnosis, clock
from tasks_app.errors import Park, Release, TransientError
from tasks_app.jobs.attempts.runner import AttemptFailed
from tasks_app.jobs.statements import execute
from tasks_app.jobs.transitions import pausing, recovery, verbs
from tasks_app.jobs.upkeep import periodic
from tasks_app.models import Job, Notebook, ProviderState, Source, WorkerHeartbeat
from tasks_app.queues import BULK
from tasks_app.registry import JobType
from tests.console.admin.conftest import start
from tests.support.attempts import attempt, doing, raising

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _calm(settings: Settings, broker: Any) -> Iterator[None]:
    """Intervals as in production, so that nothing is late before the test makes it so."""
    settings.JOB_SWEEP_SECONDS = 15
    settings.JOB_LEASE_SECONDS = 60
    settings.JOB_HEARTBEAT_SECONDS = 20
    settings.JOB_BACKOFF_SCALE = 10
    periodic.reconcile(tasks.schedule())
    with translation.override("en"):
        yield


@pytest.fixture
def worker(db: None) -> WorkerHeartbeat:
    return WorkerHeartbeat.objects.create(worker="content@test", queues=["content"], concurrency=1)


def told(job: Job) -> Diagnosis:
    job.refresh_from_db()
    return diagnose(job)


def age(job: Job, **columns: float) -> None:
    """Move these times of a job so many seconds into the past."""
    for column, seconds in columns.items():
        execute(
            f"UPDATE tasks_app_job SET {column} = {column} - %(age)s WHERE id = %(id)s",
            {"age": timedelta(seconds=seconds), "id": job.pk},
        )


def another(notebook: Notebook, title: str) -> Source:
    return Source.objects.create(notebook=notebook, title=title, pasted_text=title)


def test_a_paused_queue(job: Job, worker: WorkerHeartbeat, notebook: Notebook) -> None:
    since = pausing.pause("content", by=notebook.owner, reason="disk full").changed_at
    found = told(job)
    assert found.name == "queue_paused"
    assert f"paused since {clock(since)}. disk full" in found.what
    assert found.button is not None
    assert (found.button.right, found.button.asks) == ("tasks_app.pause_queue", True)


def test_a_drained_queue(job: Job, worker: WorkerHeartbeat) -> None:
    pausing.drain(by=None, reason="upgrade")
    assert "has been draining since" in told(job).what


def test_no_worker_on_this_queue(job: Job) -> None:
    WorkerHeartbeat.objects.create(worker="chat@test", queues=["chat"])
    assert told(job).name == "no_worker"


def test_a_worker_gone_quiet_serves_no_queue(job: Job, worker: WorkerHeartbeat) -> None:
    WorkerHeartbeat.objects.update(seen_at=Now() - timedelta(seconds=61))
    assert told(job).name == "no_worker"


def test_the_first_in_line_waits_for_a_worker(job: Job, worker: WorkerHeartbeat) -> None:
    assert told(job).name == "waits_for_a_worker"


def test_a_backlog_tells_place_age_and_expected_start(
    probe: JobType, job: Job, worker: WorkerHeartbeat, notebook: Notebook
) -> None:
    for number in range(3):
        attempt(probe, verbs.enqueue("probe", another(notebook, f"done {number}")))
    execute("UPDATE tasks_app_attempt SET started_at = ended_at - interval '120 s'", {})
    ahead = [verbs.enqueue("probe", another(notebook, f"ahead {number}")) for number in range(4)]
    bulk = verbs.enqueue("probe", another(notebook, "bulk"), priority=BULK)
    age(ahead[0], next_run_at=600)
    age(bulk, next_run_at=600)
    last = verbs.enqueue("probe", another(notebook, "last"))
    found = told(last)
    assert found.name == "backlog"
    assert "Position 6 in the queue content" in found.what  # behind `job` and four more; bulk does not count
    assert "10 min" in found.what
    assert StatusContext().queue_position(last).starts_in == timedelta(seconds=5 * 120)
    assert "Expected to start at about" in found.advice


def test_a_backlog_of_kinds_that_never_finished_promises_nothing(
    job: Job, worker: WorkerHeartbeat, notebook: Notebook
) -> None:
    last = verbs.enqueue("probe", another(notebook, "last"))
    assert "cannot be estimated yet" in told(last).advice


def test_a_lost_message_is_sent_again_at_the_next_sweep(job: Job, worker: WorkerHeartbeat, broker: Any) -> None:
    recovery.sweep()
    broker.flushdb()
    age(job, published_at=20)
    context = StatusContext()
    found = told(job)
    assert found.name == "dispatch_lost"
    assert clock(context.swept_after(context.now)) in found.advice
    assert found.button is not None
    assert found.button.asks


def test_a_message_that_is_still_there_is_not_lost(job: Job, worker: WorkerHeartbeat) -> None:
    age(job, published_at=20)
    assert told(job).name == "waits_for_a_worker"


def test_a_lost_message_without_recovery(job: Job, worker: WorkerHeartbeat, broker: Any) -> None:
    recovery.sweep()
    execute("UPDATE tasks_app_periodicheartbeat SET last_at = last_at - interval '10 min'", {})
    broker.flushdb()
    age(job, published_at=20)
    found = told(job)
    assert found.name == "recovery_silent"
    assert "Recovery has not run since" in found.what


def test_a_retry_is_scheduled(probe: JobType, job: Job, worker: WorkerHeartbeat) -> None:
    with pytest.raises(AttemptFailed):
        attempt(doing(probe, "second", raising(TransientError("probe_transient", "Later."))), job)
    found = told(job)
    assert found.name == "retry_scheduled"
    assert f"Later. Will be retried at {clock(job.next_run_at)}" in found.what
    assert "3 attempts are left." in found.advice


@pytest.mark.parametrize("code", ["provider_unreachable", "provider_limiting"])
def test_a_provider_is_away_or_limits(code: str, probe: JobType, job: Job, worker: WorkerHeartbeat) -> None:
    since = timezone.now() - timedelta(minutes=7)
    ProviderState.objects.create(provider="llm", host="models.example.org", unreachable_since=since)
    with pytest.raises(Ignore):
        attempt(
            doing(probe, "second", raising(Release(code, "%(host)s is away.", delay=90.0, host="models.example.org"))),
            job,
        )
    found = told(job)
    assert found.name == "provider_away"
    assert "models.example.org is away." in found.what
    assert clock(since) in found.what
    assert clock(job.next_run_at) in found.what


def test_waiting_for_children_names_them(probe: JobType, job: Job, worker: WorkerHeartbeat, notebook: Notebook) -> None:
    children = [verbs.enqueue("probe", another(notebook, f"child {n}"), parent=job) for n in range(5)]
    attempt(doing(probe, "second", raising(Park(tuple(child.pk for child in children)))), job)
    found = told(job)
    assert found.name == "waiting_for_others"
    assert "Waiting for 5 other jobs: Probe: child 0 (Queued), " in found.what
    assert found.what.endswith("…")
    assert found.button is not None
    assert str(children[0].pk) in found.button.url


def test_a_late_heartbeat_tells_when_the_job_is_recovered(job: Job) -> None:
    start(job)
    recovery.sweep()
    assert told(job).name == "runs"
    age(job, lease_until=50)
    found = told(job)
    context = StatusContext()
    assert found.name == "heartbeat_late"
    assert "content@test has stopped responding" in found.what
    assert job.lease_until is not None
    assert clock(context.swept_after(job.lease_until)) in found.advice


def test_a_job_slower_than_its_kind(probe: JobType, job: Job, notebook: Notebook) -> None:
    for number in range(12):
        attempt(probe, verbs.enqueue("probe", another(notebook, f"done {number}")))
    start(job)
    execute("UPDATE tasks_app_attempt SET started_at = started_at - interval '1 hour' WHERE ended_at IS NULL", {})
    found = told(job)
    assert found.name == "unusually_slow"
    assert "1 h 0 min" in found.what


def test_a_few_quick_jobs_make_no_other_slow(probe: JobType, job: Job, notebook: Notebook) -> None:
    for number in range(3):
        attempt(probe, verbs.enqueue("probe", another(notebook, f"done {number}")))
    start(job)
    execute("UPDATE tasks_app_attempt SET started_at = started_at - interval '1 hour' WHERE ended_at IS NULL", {})
    assert told(job).name == "runs"


def test_being_asked_to_stop(job: Job, notebook: Notebook) -> None:
    start(job)
    verbs.cancel(job, by=User.objects.get(), reason="enough")
    assert told(job).name == "asked_to_stop"


def test_jobs_looked_at_together_share_what_is_asked(job: Job, worker: WorkerHeartbeat, notebook: Notebook) -> None:
    jobs = [job, *(verbs.enqueue("probe", another(notebook, f"job {number}")) for number in range(5))]
    context = StatusContext()
    diagnose(jobs[0], context)
    with CaptureQueriesContext(connection) as captured:
        for one in jobs[1:]:
            diagnose(one, context)
    assert len(captured) <= 2 * 5 + 1
