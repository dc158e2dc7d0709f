"""Rules 7 and 8: how attempts end, when the next one comes, and what the audit says."""

from datetime import timedelta
from errno import ENOSPC
from typing import Any

import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from celery.exceptions import Ignore
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.utils.translation import gettext_noop, override
from django_celery_results.models import TaskResult

from notebookops.celery import app
from tasks_app import queues
from tasks_app.errors import PermanentError, Release, TransientError
from tasks_app.jobs.attempts import runner
from tasks_app.jobs.transitions import backoff, verbs
from tasks_app.jobs.upkeep import retention
from tasks_app.models import Job
from tasks_app.registry import JobType
from tests.support.attempts import attempt, doing, make_due, raising, task_result

pytestmark = pytest.mark.django_db(transaction=True)

AWAY = TransientError("away", gettext_noop("Away."))


def seconds_until_due(job: Job) -> float:
    job.refresh_from_db()
    return (job.next_run_at - job.updated_at).total_seconds()


@pytest.mark.parametrize(("number", "base"), [(1, 10), (2, 20), (3, 40), (9, 600), (30, 600)])
def test_backoff_doubles_up_to_ten_minutes(number: int, base: float) -> None:
    pauses = [backoff.retry_delay(queues.CONTENT, number) / settings.JOB_BACKOFF_SCALE for _ in range(50)]

    assert all(0.8 * base <= pause <= 1.2 * base for pause in pauses)
    assert len(set(pauses)) > 1


def test_chat_comes_back_sooner() -> None:
    assert backoff.retry_delay(queues.CHAT, 1) <= 1.2 * settings.JOB_BACKOFF_SCALE


def test_a_providers_wish_wins(probe: JobType, job: Job) -> None:
    wish = TransientError("limited", gettext_noop("Limited."), retry_after=1234.0)

    with pytest.raises(runner.AttemptFailed):
        attempt(doing(probe, "first", raising(wish)), job)

    assert seconds_until_due(job) == pytest.approx(1234)
    assert job.published_at is None


def test_a_near_retry_is_published_at_once(probe: JobType, job: Job) -> None:
    wish = TransientError("limited", gettext_noop("Limited."), retry_after=14.0)

    with pytest.raises(runner.AttemptFailed):
        attempt(doing(probe, "first", raising(wish)), job)

    assert seconds_until_due(job) == pytest.approx(14)
    assert job.published_at is not None


def test_release_is_not_counted(probe: JobType, job: Job) -> None:
    release = Release("away", gettext_noop("Away."), delay=5.0)
    for _ in range(job.max_attempts + 1):
        make_due(job)
        with pytest.raises(Ignore):
            attempt(doing(probe, "first", raising(release)), job)

    job.refresh_from_db()
    assert (job.state, job.attempt) == ("queued", 0)
    assert {task_result(one).status for one in job.attempts.all()} == {"REVOKED"}


def test_time_that_a_job_merely_waits_is_no_time_of_release(probe: JobType, job: Job) -> None:
    """As over a weekend between two deployments, its queue paused."""
    release = Release("worker_stopping", gettext_noop("Away."))
    for _ in range(2):
        with pytest.raises(Ignore):
            attempt(doing(probe, "first", raising(release)), job)
        waited = timedelta(seconds=settings.JOB_RELEASE_MAX_SECONDS + 60)
        Job.objects.update(released_since=Now() - waited, next_run_at=Now() - waited)

    job.refresh_from_db()
    assert (job.state, job.error_code) == ("queued", "worker_stopping")


def test_a_full_disk_is_no_bug(probe: JobType, job: Job) -> None:
    with pytest.raises(runner.AttemptFailed):
        attempt(doing(probe, "first", raising(OSError(ENOSPC, "No space left on device"))), job)

    job.refresh_from_db()
    assert (job.state, job.attempt, job.error_code) == ("queued", 1, "disk_full")


def test_time_limit_while_the_attempt_is_ended(probe: JobType, job: Job) -> None:
    def too_late(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "released_since = CASE" in sql and not seen:
            seen.append(sql)
            raise SoftTimeLimitExceeded
        return execute(sql, params, many, context)

    seen: list[str] = []
    with connection.execute_wrapper(too_late), pytest.raises(runner.AttemptFailed):
        attempt(doing(probe, "first", raising(AWAY)), job)

    job.refresh_from_db()
    assert (job.state, job.error_code, job.attempts.get().outcome) == ("queued", "away", "retried")


def test_release_ends_after_a_day(probe: JobType, job: Job) -> None:
    release = Release("away", gettext_noop("Away."))
    with pytest.raises(Ignore):
        attempt(doing(probe, "first", raising(release)), job)
    long_ago = timedelta(seconds=settings.JOB_RELEASE_MAX_SECONDS + 60)
    Job.objects.update(released_since=Now() - long_ago)

    with pytest.raises(runner.AttemptFailed):
        attempt(doing(probe, "first", raising(release)), job)

    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "away")


def test_an_attempt_that_works_forgets_the_releases(probe: JobType, job: Job) -> None:
    with pytest.raises(Ignore):
        attempt(doing(probe, "first", raising(Release("away", "Away."))), job)
    with pytest.raises(runner.AttemptFailed):
        attempt(doing(probe, "first", raising(AWAY)), job)

    job.refresh_from_db()
    assert job.released_since is None


def test_memory_error_is_a_failure_like_any_other(probe: JobType, job: Job) -> None:
    with pytest.raises(runner.AttemptFailed):
        attempt(doing(probe, "first", raising(MemoryError())), job)

    job.refresh_from_db()
    assert (job.state, job.error_class) == ("failed", "MemoryError")


def test_equal_failures_share_a_fingerprint(probe: JobType, job: Job) -> None:
    prints = []
    for page in (1, 2):
        error = PermanentError("unreadable", gettext_noop("Page %(page)d cannot be read."), page=page)
        with pytest.raises(runner.AttemptFailed):
            attempt(doing(probe, "first", raising(error)), job)
        job.refresh_from_db()
        prints.append(job.error_fingerprint)
        job = verbs.requeue(job, by=None)

    assert prints[0] == prints[1] != ""


def test_message_is_read_in_the_readers_language(probe: JobType, job: Job) -> None:
    verbs.fail(job, by=None)

    with override("en"):
        assert job.error_text == "Marked as failed by staff."
    with override("ja"):
        assert job.error_text != "Marked as failed by staff."


def test_a_final_task_result_stays(probe: JobType, job: Job) -> None:
    attempt(probe, job)
    (done,) = job.attempts.all()

    app.backend.store_result(str(done.task_id), ValueError("late"), "FAILURE")
    app.backend.store_result(str(done.task_id), None, "STARTED")

    result = task_result(done)
    assert (result.status, result.task_name) == ("SUCCESS", probe.task_name)


def test_an_open_task_result_may_be_closed(probe: JobType, job: Job) -> None:
    app.backend.store_result("plain", None, "STARTED")
    app.backend.store_result("plain", 5, "SUCCESS")

    assert TaskResult.objects.get(task_id="plain").status == "SUCCESS"


def test_retention_keeps_what_is_young_or_runs(settings: object) -> None:
    for name, status, days in (("old", "SUCCESS", 31), ("young", "FAILURE", 29), ("runs", "STARTED", 400)):
        TaskResult.objects.create(task_id=name, status=status)
        TaskResult.objects.filter(task_id=name).update(date_done=Now() - timedelta(days=days))

    assert retention.purge_task_results() == 1
    assert set(TaskResult.objects.values_list("task_id", flat=True)) == {"young", "runs"}
