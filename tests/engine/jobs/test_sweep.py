"""Rule 10: what the sweep finds, what it leaves alone."""

from datetime import timedelta
from threading import Event, Thread

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now
from redis import Redis

from tasks_app.jobs import sql
from tasks_app.jobs.statements import rows
from tasks_app.jobs.transitions import recovery, verbs
from tasks_app.jobs.transitions.lease import claim
from tasks_app.models import Job, Notebook, PeriodicHeartbeat, QueueControl, Source
from tasks_app.registry import JobType
from tests.engine.jobs.test_enqueue import published
from tests.support.attempts import WORKER, attempt, task_result

pytestmark = pytest.mark.django_db(transaction=True)


def expire(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))


def lose_message(job: Job, broker: Redis) -> None:
    broker.flushdb()
    Job.objects.filter(pk=job.pk).update(published_at=Now() - timedelta(seconds=settings.JOB_SWEEP_SECONDS + 1))


def test_live_lease_is_left_alone(probe: JobType, job: Job) -> None:
    claim(probe, job.pk, job.dispatch_id, WORKER)

    assert recovery.sweep() == 0

    job.refresh_from_db()
    assert job.state == "running"


def test_expired_lease_is_queued_and_published_again(probe: JobType, job: Job, broker: Redis) -> None:
    claim(probe, job.pk, job.dispatch_id, WORKER)
    broker.flushdb()
    expire(job)

    recovery.sweep()

    old = job.dispatch_id
    job.refresh_from_db()
    assert (job.state, job.attempt, job.error_code) == ("queued", 1, "worker_silent")
    assert job.dispatch_id != old
    assert published(broker) == [str(job.dispatch_id)]
    assert task_result(job.attempts.get()).status == "FAILURE"


def test_expired_lease_of_the_last_attempt_fails(probe: JobType, job: Job) -> None:
    Job.objects.update(attempt=job.max_attempts - 1)
    claim(probe, job.pk, job.dispatch_id, WORKER)
    expire(job)

    recovery.sweep()

    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "worker_silent")
    assert job.finished_at is not None


def test_expired_lease_of_a_job_to_be_cancelled(probe: JobType, job: Job) -> None:
    claim(probe, job.pk, job.dispatch_id, WORKER)
    verbs.cancel(job, by=None)
    expire(job)

    recovery.sweep()

    job.refresh_from_db()
    assert job.state == "cancelled"
    assert task_result(job.attempts.get()).status == "REVOKED"


def test_cancelling_that_is_not_noticed_is_enforced(probe: JobType, job: Job) -> None:
    claim(probe, job.pk, job.dispatch_id, WORKER)
    verbs.cancel(job, by=None)
    recovery.sweep()
    job.refresh_from_db()
    assert job.state == "running"

    overdue = timedelta(seconds=settings.JOB_CANCEL_GRACE_SECONDS + 1)
    Job.objects.update(cancel_requested_at=Now() - overdue)
    recovery.sweep()

    job.refresh_from_db()
    assert (job.state, job.attempts.get().outcome) == ("cancelled", "cancelled")


def test_grace_after_the_sweep_itself_was_away(probe: JobType, job: Job) -> None:
    claim(probe, job.pk, job.dispatch_id, WORKER)
    expire(job)
    away = timedelta(seconds=recovery.MAX_MISSED_SWEEPS * settings.JOB_SWEEP_SECONDS + 1)
    PeriodicHeartbeat.objects.create(name="sweep")
    PeriodicHeartbeat.objects.update(last_at=Now() - away)

    recovery.sweep()
    job.refresh_from_db()
    assert job.state == "running"

    expire(job)
    recovery.sweep()
    job.refresh_from_db()
    assert job.state == "queued"


def test_lost_message_is_sent_again_under_the_same_id(job: Job, broker: Redis) -> None:
    lose_message(job, broker)

    recovery.sweep()

    assert published(broker) == [str(job.dispatch_id)]


def test_fresh_message_is_not_doubted(job: Job, broker: Redis) -> None:
    Job.objects.update(published_at=Now())
    broker.flushdb()

    assert recovery.sweep() == 0
    assert published(broker) == []


def test_message_behind_a_backlog_is_not_sent_twice(job: Job, broker: Redis) -> None:
    Job.objects.update(published_at=Now() - timedelta(seconds=settings.JOB_SWEEP_SECONDS + 1))

    assert recovery.sweep() == 0

    Job.objects.update(published_at=Now() - timedelta(seconds=recovery.REPUBLISH_SECONDS + 1))
    assert recovery.sweep() == 1


def test_paused_queue_is_left_in_peace(job: Job, broker: Redis) -> None:
    lose_message(job, broker)
    QueueControl.objects.create(queue="content", paused=True)

    assert recovery.sweep() == 0


def test_more_than_a_batch(notebook: Notebook, broker: Redis) -> None:
    number = recovery.BATCH + 5
    for n in range(number):
        verbs.enqueue("probe", Source.objects.create(notebook=notebook, title=str(n), pasted_text=str(n)))
    broker.flushdb()
    Job.objects.update(published_at=None)

    assert recovery.sweep() == number
    assert len(published(broker)) == number


def test_only_one_sweep_works_at_a_time(job: Job, broker: Redis) -> None:
    lose_message(job, broker)
    holding, through = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            rows(sql.SWEEP_LOCK, {"key": recovery.SWEEP_LOCK})
            holding.set()
            through.wait(30)
        connection.close()

    other = Thread(target=hold)
    other.start()
    holding.wait(30)
    assert recovery.sweep() == 0
    through.set()
    other.join()

    assert recovery.sweep() == 1


def test_a_worker_that_left_gives_back_what_it_held(probe: JobType, job: Job, broker: Redis) -> None:
    claim(probe, job.pk, job.dispatch_id, WORKER)

    recovery.release_worker("somebody@else")
    job.refresh_from_db()
    assert job.state == "running"

    recovery.release_worker(WORKER)
    job.refresh_from_db()
    assert (job.state, job.attempt, job.attempts.get().outcome) == ("queued", 0, "released")
    attempt(probe, job)
    job.refresh_from_db()
    assert job.state == "succeeded"

    recovery.release_worker(WORKER)
    job.refresh_from_db()
    assert job.state == "succeeded"
