"""Rule 10: what the sweep finds, what it leaves alone."""

from datetime import timedelta
from threading import Event, Thread
from types import SimpleNamespace

import pytest
from celery.exceptions import NotRegistered
from celery.signals import task_revoked
from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now
from django_celery_results.models import TaskResult
from redis import Redis

from notebookops.celery import app
from tasks_app import queues
from tasks_app.jobs import sql
from tasks_app.jobs.statements import rows
from tasks_app.jobs.transitions import recovery, verbs
from tasks_app.jobs.transitions.lease import claim, renew
from tasks_app.models import Job, Notebook, PeriodicHeartbeat, QueueControl, Source
from tasks_app.registry import JobType
from tests.engine.jobs.test_enqueue import published
from tests.support.attempts import WORKER, attempt, task_result
from tests.support.job_types.probe import PROBE

pytestmark = pytest.mark.django_db(transaction=True)


def expire(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))


def another(notebook: Notebook, number: int) -> Source:
    return Source.objects.create(notebook=notebook, title=str(number), pasted_text=str(number))


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


def test_grace_is_granted_once_however_rare_the_sweeps(probe: JobType, job: Job) -> None:
    """With sweeps that are always late, as where beat is starved; a worker that is heard of again gets it again."""
    lease = claim(probe, job.pk, job.dispatch_id, WORKER)
    assert lease is not None
    PeriodicHeartbeat.objects.create(name="sweep")
    away = timedelta(seconds=recovery.MAX_MISSED_SWEEPS * settings.JOB_SWEEP_SECONDS + 1)
    states = []
    for heard_of in (False, True, False):
        if heard_of:
            renew(lease)
        expire(job)
        PeriodicHeartbeat.objects.update(last_at=Now() - away)
        recovery.sweep()
        job.refresh_from_db()
        states.append(job.state)
    assert states == ["running", "running", "queued"]


@pytest.mark.parametrize("since", [-3600, 31, 3600])
def test_any_worker_sweeps_where_nobody_does(job: Job, broker: Redis, since: int) -> None:
    """Also after the database's clock was set back by an hour."""
    PeriodicHeartbeat.objects.create(name="sweep")
    lose_message(job, broker)
    recovery.sweep_if_late()
    assert published(broker) == []

    PeriodicHeartbeat.objects.update(last_at=Now() - timedelta(seconds=since))
    recovery.sweep_if_late()
    assert published(broker) == [str(job.dispatch_id)]


def test_nobodys_lock_holds_up_the_sweep(probe: JobType, job: Job, notebook: Notebook, broker: Redis) -> None:
    """As that of a process that froze while it was saving."""
    other = verbs.enqueue("probe", another(notebook, 1))
    for one in (job, other):
        claim(probe, one.pk, one.dispatch_id, WORKER)
        expire(one)
    holding, through = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            rows(sql.LOCK_JOB, {"id": job.pk})
            holding.set()
            through.wait(30)
        connection.close()

    frozen = Thread(target=hold)
    frozen.start()
    holding.wait(30)
    recovery.sweep()
    through.set()
    frozen.join()

    assert dict(Job.objects.values_list("pk", "state")) == {job.pk: "running", other.pk: "queued"}


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
    """However long that takes: copies would fill Redis."""
    Job.objects.update(published_at=Now() - timedelta(seconds=recovery.REPUBLISH_SECONDS + 1))

    assert recovery.sweep() == 0
    assert published(broker) == [str(job.dispatch_id)]


def test_message_that_a_backlog_lacks_is_sent_again(notebook: Notebook, job: Job, broker: Redis) -> None:
    """As many as are missing, those that have waited longest."""
    lost = [verbs.enqueue("probe", another(notebook, n)) for n in range(2)]
    broker.ltrim("notebookops:content", -1, -1)
    Job.objects.update(published_at=Now() - timedelta(seconds=recovery.REPUBLISH_SECONDS - 10))
    assert recovery.sweep() == 0

    Job.objects.filter(pk__in=[one.pk for one in lost]).update(
        published_at=Now() - timedelta(seconds=recovery.REPUBLISH_SECONDS + 1)
    )
    assert recovery.sweep() == 2
    assert sorted(published(broker)) == sorted(str(one.dispatch_id) for one in (job, *lost))
    assert recovery.sweep() == 0


def test_a_persons_lost_message_does_not_wait_behind_bulk(notebook: Notebook, job: Job, broker: Redis) -> None:
    bulk = verbs.enqueue("probe", another(notebook, 1), priority=queues.BULK)
    broker.delete("notebookops:content")
    Job.objects.update(published_at=Now() - timedelta(seconds=settings.JOB_SWEEP_SECONDS + 1))

    assert recovery.sweep() == 1
    assert published(broker) == [str(job.dispatch_id)]
    assert published(broker, queues.BULK) == [str(bulk.dispatch_id)]


def test_bulk_jobs_that_wait_for_long_join_the_others_one_by_one(notebook: Notebook, job: Job, broker: Redis) -> None:
    bulk = [verbs.enqueue("probe", another(notebook, n), priority=queues.BULK) for n in range(3)]
    assert recovery.sweep() == 0

    for n, one in enumerate(bulk):
        long_ago = timedelta(seconds=queues.BULK_PATIENCE_SECONDS + 10 - n)
        Job.objects.filter(pk=one.pk).update(next_run_at=Now() - long_ago)
    assert recovery.sweep() == 1
    assert published(broker) == [str(job.dispatch_id), str(bulk[0].dispatch_id)]
    assert recovery.sweep() == 0

    attempt(PROBE, bulk[0])
    assert recovery.sweep() == 1
    assert published(broker)[2:] == [str(bulk[1].dispatch_id)]


def test_a_redis_that_refuses_writes_ends_the_sweep(notebook: Notebook, broker: Redis) -> None:
    for n in range(recovery.BATCH + 50):
        verbs.enqueue("probe", another(notebook, n))
    broker.flushdb()
    Job.objects.update(published_at=None)
    limit = broker.config_get("maxmemory")["maxmemory"] or 0
    broker.config_set("maxmemory", 1)
    try:
        assert recovery.sweep() == recovery.BATCH
    finally:
        broker.config_set("maxmemory", limit)
    assert not Job.objects.filter(published_at__isnull=False).exists()


def test_paused_queue_is_left_in_peace(job: Job, broker: Redis) -> None:
    lose_message(job, broker)
    QueueControl.objects.create(queue="content", paused=True)

    assert recovery.sweep() == 0


def test_more_than_a_batch(notebook: Notebook, broker: Redis) -> None:
    number = recovery.BATCH + 5
    for n in range(number):
        verbs.enqueue("probe", another(notebook, n))
    broker.flushdb()
    Job.objects.update(published_at=None)

    assert recovery.sweep() == number
    assert len(published(broker)) == number


def test_kinds_that_are_gone_for_good(probe: JobType, job: Job) -> None:
    """A day is more than any upgrade takes."""
    Job.objects.update(kind="retired")
    assert recovery.fail_undeclared() == 0

    Job.objects.update(next_run_at=Now() - timedelta(hours=recovery.UNDECLARED_HOURS + 1))
    assert recovery.fail_undeclared() == 1
    job.refresh_from_db()
    assert (job.state, job.error_text) == ("failed", "This kind of job no longer exists.")


def test_what_celery_says_of_a_message_is_no_audit_of_an_attempt(probe: JobType, job: Job) -> None:
    """A worker of an older version that does not know the kind, or a message that somebody revoked."""
    app.backend.mark_as_failure(str(job.dispatch_id), NotRegistered(probe.task_name))
    assert not TaskResult.objects.exists()

    request = SimpleNamespace(id=str(job.dispatch_id))
    task_revoked.send(sender=app.tasks[probe.task_name], request=request, terminated=False, signum=None, expired=False)
    job.refresh_from_db()
    assert (job.state, job.error_details["reason"]) == ("cancelled", "Celery: revoke")


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
