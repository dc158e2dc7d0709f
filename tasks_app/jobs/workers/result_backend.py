"""TaskResults are an audit trail: what is written once as final stays."""

from typing import Any
from uuid import UUID

from celery.states import READY_STATES
from django.db import OperationalError, connection, transaction
from django_celery_results.backends.database import DatabaseBackend
from django_celery_results.models import TaskResult

from tasks_app.models import Job
from tasks_app.models.engine.job import ACTIVE


class GuardedBackend(DatabaseBackend):  # type: ignore[misc]
    """django-celery-results' backend, without the right to replace a final state.

    Attempts of jobs never come here: the engine writes their TaskResults in its own transactions. What Celery says of a
    job's message for its own reasons, as that this worker does not know its kind, is not about an attempt.
    """

    def exception_safe_to_retry(self, exc: BaseException) -> bool:
        """Try again on a new connection after PostgreSQL went away, too."""
        if isinstance(exc, OperationalError):
            connection.close()
            return True
        return bool(super().exception_safe_to_retry(exc))

    def _store_result(self, task_id: str, *args: Any, **kwargs: Any) -> Any:
        if _belongs_to_a_job(task_id):
            return None
        with transaction.atomic():
            known = TaskResult.objects.select_for_update().filter(task_id=task_id).first()
            if known is not None and known.status in READY_STATES:
                return None
            return super()._store_result(task_id, *args, **kwargs)


def _belongs_to_a_job(task_id: str) -> bool:
    """Whether this is the message of an active job. Index: job_dispatched."""
    try:
        dispatch_id = UUID(task_id)
    except ValueError:
        return False
    return Job.objects.filter(dispatch_id=dispatch_id, state__in=ACTIVE).exists()
