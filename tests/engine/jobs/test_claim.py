"""Rules 4 and 5: who may start an attempt, and how long it is theirs."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from celery.exceptions import Ignore
from django.db import connection
from django.db.models.functions import Now
from django_celery_results.models import TaskResult

from tasks_app.jobs.attempts import runner
from tasks_app.jobs.statements import rows
from tasks_app.jobs.transitions import recovery, verbs
from tasks_app.jobs.transitions.lease import claim, renew
from tasks_app.models import Attempt, Job, QueueControl, Source
from tasks_app.queues import HARD_LIMIT_GRACE_SECONDS
from tasks_app.registry import JobType, StageContext
from tests.support.attempts import WORKER, attempt, doing

pytestmark = pytest.mark.django_db(transaction=True)


def no_trace(job: Job) -> bool:
    job.refresh_from_db()
    untouched = (job.state, job.attempt) == ("queued", 0)
    return untouched and not Attempt.objects.exists() and not TaskResult.objects.exists()


def test_stale_message(probe: JobType, job: Job) -> None:
    runner.run(probe, job.pk, uuid4(), WORKER)

    assert no_trace(job)


def test_not_due_yet(probe: JobType, job: Job) -> None:
    Job.objects.update(next_run_at=Now() + timedelta(minutes=1))

    attempt(probe, job)

    assert no_trace(job)


def test_paused_queue(probe: JobType, job: Job) -> None:
    control = QueueControl.objects.create(queue="content", paused=True)

    attempt(probe, job)
    assert no_trace(job)

    control.paused = False
    control.save()
    attempt(probe, job)
    job.refresh_from_db()
    assert job.state == "succeeded"


def test_another_queue_that_is_paused(probe: JobType, job: Job) -> None:
    QueueControl.objects.create(queue="chat", paused=True)

    attempt(probe, job)

    job.refresh_from_db()
    assert job.state == "succeeded"


def test_claim_opens_attempt_and_task_result(probe: JobType, job: Job) -> None:
    lease = claim(probe, job.pk, job.dispatch_id, WORKER)

    assert lease is not None
    opened = Attempt.objects.get()
    (result,) = TaskResult.objects.values()
    assert (opened.task_id, result["task_id"]) == (job.dispatch_id, str(job.dispatch_id))
    assert (result["status"], result["worker"], result["task_name"]) == ("STARTED", WORKER, probe.task_name)
    assert str(job.pk) in result["task_args"]


def test_lease_is_cut_off_a_minute_after_the_hard_limit(probe: JobType, job: Job) -> None:
    lease = claim(probe, job.pk, job.dispatch_id, WORKER)
    assert lease is not None
    Job.objects.update(lease_limit=Now() + timedelta(seconds=1))

    assert renew(lease)

    job.refresh_from_db()
    assert job.lease_until == job.lease_limit


def test_limit_follows_the_kind(probe: JobType, job: Job) -> None:
    claim(probe, job.pk, job.dispatch_id, WORKER)

    job.refresh_from_db()
    assert job.lease_limit is not None
    assert job.started_at is not None
    assert (job.lease_limit - job.started_at).total_seconds() == pytest.approx(
        probe.hard_limit + HARD_LIMIT_GRACE_SECONDS, abs=1
    )


def test_renewal_tests_the_token_not_the_expiry(probe: JobType, job: Job) -> None:
    lease = claim(probe, job.pk, job.dispatch_id, WORKER)
    assert lease is not None
    Job.objects.update(lease_until=Now() - timedelta(seconds=1))

    renew(lease)
    assert not lease.lost
    assert recovery.sweep() == 0

    Job.objects.update(lease_token=uuid4())
    renew(lease)
    assert lease.lost


def test_renewal_brings_wishes_along(probe: JobType, job: Job, source: Source) -> None:
    lease = claim(probe, job.pk, job.dispatch_id, WORKER)
    assert lease is not None
    renew(lease)
    assert (lease.cancel_requested, lease.input_changed) == (False, False)

    source.pasted_text = "別の本文"
    source.save()
    verbs.enqueue("probe", source)
    verbs.cancel(job, by=None)
    renew(lease)

    assert (lease.cancel_requested, lease.input_changed) == (True, True)


def test_time_limit_while_it_is_claimed(probe: JobType, job: Job) -> None:
    """Waiting for PostgreSQL may take that long; the job goes back, uncounted, and is sent again."""

    def too_late(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if "INSERT INTO tasks_app_attempt" in sql:
            raise SoftTimeLimitExceeded
        return result

    with connection.execute_wrapper(too_late), pytest.raises(Ignore):
        attempt(probe, job)

    job.refresh_from_db()
    assert (job.state, job.attempt, job.published_at, job.attempts.get().outcome) == ("queued", 0, None, "released")


def test_a_silent_network_or_a_frozen_process_is_noticed() -> None:
    """By the server within half a minute and five minutes; the client's side is libpq's, by the same numbers."""
    names = ["idle_in_transaction_session_timeout", "tcp_keepalives_idle", "tcp_user_timeout"]
    if connection.settings_dict["HOST"].startswith("/"):
        names = names[:1]  # a socket of the machine has no network

    shown = [rows(f"SHOW {name}", {})[0][0] for name in names]

    assert shown == ["5min", "10", "30000"][: len(names)]


def test_subject_removed_behind_the_engines_back(probe: JobType, job: Job, source: Source) -> None:
    Source.objects.filter(pk=source.pk)._raw_delete("default")

    with pytest.raises(Ignore):
        attempt(probe, job)

    job.refresh_from_db()
    assert job.state == "cancelled"


def test_a_claim_that_postgres_forgot_in_a_crash_entitles_to_nothing(probe: JobType, job: Job) -> None:
    """The claim's commit does not wait for the disk, so this may happen while its worker continues."""

    def forget(context: StageContext) -> None:
        Attempt.objects.all().delete()
        TaskResult.objects.all().delete()
        Job.objects.update(state="queued", attempt=0, executions=0, lease_token=None, lease_until=None)

    with pytest.raises(Ignore):
        attempt(doing(probe, "second", forget), job)
    job.refresh_from_db()
    assert job.state == "queued"
    assert not job.stage_results.filter(stage="second").exists()

    attempt(probe, job)
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("succeeded", 1)
