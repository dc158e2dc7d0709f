"""What the engine promises for every kind, proved for each one in the registry on its own sample.

The kinds are left as they are declared; where a failure is wanted, a copy of the declaration gets one more duty.
"""

from functools import cache
from typing import Any
from uuid import UUID, uuid4

import pytest
from celery.exceptions import Ignore
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext_noop
from django_celery_results.models import TaskResult

from tasks_app.errors import PermanentError, TransientError
from tasks_app.jobs.attempts import runner
from tasks_app.jobs.statements import execute
from tasks_app.jobs.transitions import recovery, subjects, verbs
from tasks_app.models import Job, Notebook
from tasks_app.models.engine.attempt import Outcome
from tasks_app.models.engine.job import State
from tasks_app.registry import JobType, Stage, StageContext, job_types
from tests.support.attempts import WORKER, attempt, doing, make_due, raising, recording, task_result
from tests.support.snapshot import Snapshot

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=job_types.keys())
def job_type(request: pytest.FixtureRequest) -> JobType:
    return job_types[request.param]


@pytest.fixture
def job(job_type: JobType, transactional_db: None, broker: Any) -> Job:
    """A queued job on the kind's first sample, which need not wait for others (see stages/agenda/test_fan_out.py)."""
    subject_id, rows = sample(job_type.kind)
    with transaction.atomic():
        rows.put_back()
    subject = subjects.find(job_type, subject_id)
    assert subject is not None
    return verbs.enqueue(job_type.kind, subject, requested_by=User.objects.get(username="owner"))


@cache
def sample(kind: str) -> tuple[UUID, Snapshot]:
    """The id of the sample and its rows, made once in each process: children take seconds."""
    notebook = Notebook.objects.create(title="ノート", owner=User.objects.create_user("owner"))
    subject = job_types[kind].samples(notebook)[0]
    if job_types[kind].stage("fan_out"):
        finish_children(job_types[kind], subject)
    return subject.pk, Snapshot()


def finish_children(job_type: JobType, subject: Any) -> None:
    """Leaves behind what the children made, and nothing of their parent."""
    parent = verbs.enqueue(job_type.kind, subject)
    attempt(job_type, parent)
    for child in parent.children.all():
        attempt(job_types[child.kind], child)
    parent.delete()
    TaskResult.objects.all().delete()


def middle(job_type: JobType) -> Stage:
    return job_type.stages[len(job_type.stages) // 2]


def outputs(job_type: JobType, job: Job) -> dict[str, int | str]:
    return dict(job_type.outputs(subjects.find(job_type, job.subject_id)))


def test_success(job_type: JobType, job: Job) -> None:
    attempt(job_type, job)

    job.refresh_from_db()
    assert (job.state, job.attempt, job.error_text) == (State.SUCCEEDED, 1, "")
    assert job.percent == 100
    assert [result.stage for result in job.stage_results.all()] == [s.name for s in job_type.stages]
    (only,) = job.attempts.all()
    assert only.outcome == Outcome.SUCCEEDED
    assert only.ended_at is not None
    assert task_result(only).status == "SUCCESS"
    produced = outputs(job_type, job)
    assert produced
    assert all(value not in (0, "", None) for value in produced.values())


def test_every_figure_has_a_label(job_type: JobType, job: Job) -> None:
    attempt(job_type, job)

    found = set(outputs(job_type, job)).union(*(result.figures for result in job.stage_results.all()))
    assert found - job_type.figure_labels.keys() == set()


def test_transient(job_type: JobType, job: Job) -> None:
    error = TransientError("away", gettext_noop("Away."))
    failing = doing(job_type, middle(job_type).name, raising(error))

    with pytest.raises(runner.AttemptFailed, match="away"):
        attempt(failing, job)

    job.refresh_from_db()
    assert (job.state, job.attempt, job.error_code) == (State.QUEUED, 1, "away")
    (first,) = job.attempts.all()
    assert (first.outcome, task_result(first).status) == (Outcome.RETRIED, "FAILURE")
    assert job.dispatch_id != first.task_id

    for _ in range(job_type.attempts - 1):
        make_due(job)
        with pytest.raises(runner.AttemptFailed):
            attempt(failing, job)
    job.refresh_from_db()
    assert (job.state, job.attempt) == (State.FAILED, job_type.attempts)


def test_permanent(job_type: JobType, job: Job) -> None:
    error = PermanentError("unreadable", gettext_noop("Page %(page)d cannot be read."), page=7)

    with pytest.raises(runner.AttemptFailed, match="unreadable"):
        attempt(doing(job_type, middle(job_type).name, raising(error)), job)

    job.refresh_from_db()
    assert (job.state, job.error_code, job.error_details) == (State.FAILED, "unreadable", {"page": 7})
    assert "7" in job.error_text
    assert task_result(job.attempts.get()).status == "FAILURE"


def test_bug(job_type: JobType, job: Job) -> None:
    with pytest.raises(runner.AttemptFailed, match="bug"):
        attempt(doing(job_type, middle(job_type).name, raising(KeyError("a secret text"))), job)

    job.refresh_from_db()
    failed = job.attempts.get()
    assert (job.state, failed.error_class, failed.error_code) == (State.FAILED, "KeyError", "bug")
    assert "KeyError" in failed.traceback
    stored = f"{failed.traceback}{failed.error_message}{failed.error_details}{task_result(failed).result}"
    assert "a secret text" not in stored


def test_duplicate(job_type: JobType, job: Job) -> None:
    job.refresh_from_db()
    dispatch_id = job.dispatch_id
    runner.run(job_type, job.pk, dispatch_id, WORKER)
    before = outputs(job_type, job)

    runner.run(job_type, job.pk, dispatch_id, WORKER)

    assert job.attempts.count() == 1
    assert TaskResult.objects.count() == 1
    assert job.stage_results.count() == len(job_type.stages)
    assert outputs(job_type, job) == before


def test_duplicate_while_running(job_type: JobType, job: Job) -> None:
    def again(context: StageContext) -> None:
        runner.run(job_type, job.pk, job.dispatch_id, "another@localhost")

    attempt(doing(job_type, job_type.stages[0].name, again), job)

    assert job.attempts.get().worker == WORKER


def test_resume(job_type: JobType, job: Job) -> None:
    failing_stage = middle(job_type)
    error = TransientError("away", gettext_noop("Away."))
    with pytest.raises(runner.AttemptFailed):
        attempt(doing(job_type, failing_stage.name, raising(error)), job)
    make_due(job)

    ran: list[str] = []
    attempt(recording(job_type, ran), job)

    names = [stage.name for stage in job_type.stages]
    assert ran == names[names.index(failing_stage.name) :]
    job.refresh_from_db()
    assert (job.state, job.attempt) == (State.SUCCEEDED, 2)
    assert sorted(job.stage_results.values_list("stage", flat=True)) == sorted(names)


def test_lost_lease(job_type: JobType, job: Job) -> None:
    def lose(context: StageContext) -> None:
        execute("UPDATE tasks_app_job SET lease_until = now() - interval '1s' WHERE id = %(id)s", {"id": job.pk})
        recovery.sweep()

    with pytest.raises(Ignore):
        attempt(doing(job_type, job_type.stages[0].name, lose), job)

    job.refresh_from_db()
    assert job.state == State.QUEUED
    assert not job.stage_results.exists()
    (lost,) = job.attempts.all()
    assert (lost.outcome, task_result(lost).status) == (Outcome.RECOVERED, "FAILURE")
    attempt(job_type, job)
    job.refresh_from_db()
    assert (job.state, job.attempt) == (State.SUCCEEDED, 2)


def test_requeue(job_type: JobType, job: Job) -> None:
    error = PermanentError("unreadable", gettext_noop("Unreadable."))
    with pytest.raises(runner.AttemptFailed):
        attempt(doing(job_type, job_type.stages[-1].name, raising(error)), job)

    revived = verbs.requeue(job, by=None, reason="mended")
    ran: list[str] = []
    attempt(recording(job_type, ran), revived)

    assert ran == [job_type.stages[-1].name]
    job.refresh_from_db()
    assert (job.state, job.run, job.attempt) == (State.SUCCEEDED, 2, 1)
    assert [(a.run, a.outcome) for a in job.attempts.order_by("id")] == [(1, "failed"), (2, "succeeded")]


def test_rebuild(job_type: JobType, job: Job) -> None:
    attempt(job_type, job)
    before = outputs(job_type, job)

    revived = verbs.requeue(job, by=None, rebuild=True)
    ran: list[str] = []
    attempt(recording(job_type, ran), revived)

    assert ran == [stage.name for stage in job_type.stages]
    assert outputs(job_type, job) == before


def test_cancel_queued(job_type: JobType, job: Job) -> None:
    stale = job.dispatch_id
    verbs.cancel(job, by=None, reason="not needed")

    runner.run(job_type, job.pk, stale, WORKER)

    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert not job.attempts.exists()


def test_cancel_running(job_type: JobType, job: Job) -> None:
    def ask(context: StageContext) -> None:
        verbs.cancel(job, by=None)

    with pytest.raises(Ignore):
        attempt(doing(job_type, middle(job_type).name, ask), job)

    job.refresh_from_db()
    assert job.state == State.CANCELLED
    (only,) = job.attempts.all()
    assert (only.outcome, task_result(only).status) == (Outcome.CANCELLED, "REVOKED")
    assert middle(job_type).name not in job.stage_results.values_list("stage", flat=True)


def test_fail_running(job_type: JobType, job: Job) -> None:
    def fail(context: StageContext) -> None:
        verbs.fail(job, by=None, reason="wrong file")

    with pytest.raises(Ignore):
        attempt(doing(job_type, middle(job_type).name, fail), job)

    job.refresh_from_db()
    assert (job.state, job.error_code, job.error_details["reason"]) == (
        State.FAILED,
        "marked_failed",
        "wrong file",
    )
    assert middle(job_type).name not in job.stage_results.values_list("stage", flat=True)


def test_unknown_job(job_type: JobType, db: None) -> None:
    runner.run(job_type, uuid4(), UUID(int=0), WORKER)

    assert not TaskResult.objects.exists()
