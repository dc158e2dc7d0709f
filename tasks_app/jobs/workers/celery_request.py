"""How the worker's main process sees a task: it learns first when the process of a running attempt dies."""

import logging
from typing import Any
from uuid import UUID

from billiard.einfo import ExceptionWithTraceback  # type: ignore[attr-defined]
from billiard.exceptions import WorkerLostError
from celery import Task
from celery.worker.request import Request
from django.db import DatabaseError, InterfaceError, connections

from tasks_app.jobs.transitions import failures, recovery
from tasks_app.jobs.transitions.failures import Failure
from tasks_app.jobs.workers import shutdown

logger = logging.getLogger(__name__)


class JobTaskRequest(Request):
    """Recovers the job of a killed process at once; without it the lease would have to expire first.

    While the worker is being stopped, which may reach the whole process group, a dead process is no fault of its job.
    """

    def on_timeout(self, soft: bool, timeout: float) -> None:
        """Called at either time limit; at the hard one the process is killed."""
        super().on_timeout(soft, timeout)
        if not soft:
            self._recover(failures.hard_limit(timeout))

    def on_failure(self, exc_info: Any, *args: Any, **kwargs: Any) -> None:
        """Called when the task raised something, or its process is gone."""
        super().on_failure(exc_info, *args, **kwargs)
        error = exc_info.exception
        if isinstance(error, ExceptionWithTraceback):
            error = error.exc
        if isinstance(error, (WorkerLostError, SystemExit)):
            self._recover(failures.WORKER_STOPPED if shutdown.requested() else failures.WORKER_KILLED)

    def _recover(self, failure: Failure) -> None:
        try:
            recovery.recover_killed(UUID(self.args[0]), UUID(self.id), failure)
        except (DatabaseError, InterfaceError) as error:
            logger.warning("job %s is left to the sweep (%s)", self.args[0], type(error).__name__)
        finally:
            connections.close_all()


class JobTask(Task[..., None]):
    """Base of the Celery tasks that run jobs."""

    Request = "tasks_app.jobs.workers.celery_request:JobTaskRequest"
    ignore_result = True
