"""The Celery tasks: one per kind, made from the registry, and the periodic ones."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import shared_task
from django.conf import settings

from tasks_app.jobs.attempts import runner
from tasks_app.jobs.transitions import recovery
from tasks_app.jobs.upkeep import consistency, consistency_checks, periodic, retention
from tasks_app.jobs.upkeep.periodic import Periodic
from tasks_app.jobs.workers.celery_request import JobTask
from tasks_app.queues import MAINTENANCE
from tasks_app.registry import TASK_PREFIX, JobType, job_types

CONSISTENCY_CHECK_EVERY_SECONDS = 300.0
CONSISTENCY_CHECK_SECONDS = 10.0
"""How long the consistency check works each time. It shares its worker with recovery, which waits that long at most."""

_maintenance: dict[str, Any] = {
    "queue": MAINTENANCE.name,
    "soft_time_limit": MAINTENANCE.soft_limit,
    "time_limit": MAINTENANCE.hard_limit,
    "ignore_result": True,
}


def generate() -> None:
    """One Celery task for every registered kind."""
    for job_type in job_types.values():
        _task_of(job_type)


def _task_of(job_type: JobType) -> None:
    @shared_task(
        name=job_type.task_name,
        base=JobTask,
        bind=True,
        queue=job_type.queue.name,
        soft_time_limit=job_type.soft_limit,
        time_limit=job_type.hard_limit,
        throws=(runner.AttemptFailed,),
    )
    def task(self: Any, job_id: str) -> None:
        runner.run(job_type, UUID(job_id), UUID(self.request.id), self.request.hostname)


@shared_task(name=f"{TASK_PREFIX}sweep", **_maintenance)
def sweep() -> None:
    """Recover jobs whose worker is gone and publish what is due."""
    recovery.sweep()


@shared_task(name=f"{TASK_PREFIX}beat", **_maintenance)
def beat() -> None:
    """Note that beat is alive."""
    periodic.record_heartbeat("beat")


@shared_task(name=f"{TASK_PREFIX}purge", **_maintenance)
def purge() -> None:
    """Delete old TaskResults, bulk actions, idempotency keys, access records and workers long gone."""
    retention.purge_task_results()
    retention.purge_bulk_actions()
    retention.purge_idempotency_keys()
    retention.purge_access_records()
    retention.purge_workers()
    recovery.fail_undeclared()


@shared_task(name=f"{TASK_PREFIX}consistency_check", **_maintenance)
def consistency_check() -> None:
    """Compare records that ought to agree."""
    consistency.check(consistency_checks.CONSISTENCY_CHECKS, CONSISTENCY_CHECK_SECONDS)


def schedule() -> list[Periodic]:
    """What beat is to send, and how often."""
    return [
        Periodic(task=sweep.name, every=timedelta(seconds=settings.JOB_SWEEP_SECONDS)),
        Periodic(task=beat.name, every=timedelta(seconds=settings.JOB_SWEEP_SECONDS)),
        Periodic(task=purge.name, every=timedelta(hours=1)),
        Periodic(task=consistency_check.name, every=timedelta(seconds=CONSISTENCY_CHECK_EVERY_SECONDS)),
    ]
