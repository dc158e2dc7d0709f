"""Running attempts in the test's own process, with one more duty added to a stage where a failure is wanted."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from django_celery_results.models import TaskResult

from tasks_app.jobs.attempts import runner
from tasks_app.jobs.statements import execute
from tasks_app.models import Attempt, Job
from tasks_app.registry import JobType, StageContext

Deed = Callable[[StageContext], object]
WORKER = "tests@localhost"


def doing(job_type: JobType, stage: str, deed: Deed) -> JobType:
    """The kind, whose `stage` first does something else, then its work."""

    original = job_type.stage(stage)
    assert original is not None
    work_itself = original.run

    def run(context: StageContext) -> Any:
        deed(context)
        return work_itself(context)

    stages = tuple(replace(one, run=run) if one is original else one for one in job_type.stages)
    return replace(job_type, stages=stages)


def recording(job_type: JobType, ran: list[str]) -> JobType:
    """The kind, noting which stages run."""
    for stage in job_type.stages:
        job_type = doing(job_type, stage.name, partial(_note, ran, stage.name))
    return job_type


def _note(ran: list[str], stage: str, _work: StageContext) -> None:
    ran.append(stage)


def raising(error: Exception) -> Deed:
    def deed(context: StageContext) -> None:
        raise error

    return deed


def attempt(job_type: JobType, job: Job) -> None:
    """Run the job as a worker would after taking its message."""
    job.refresh_from_db()
    runner.run(job_type, job.pk, job.dispatch_id, WORKER)


def make_due(job: Job) -> None:
    execute("UPDATE tasks_app_job SET next_run_at = now() WHERE id = %(id)s", {"id": job.pk})


def task_result(attempt: Attempt) -> TaskResult:
    return TaskResult.objects.get(task_id=str(attempt.task_id))
