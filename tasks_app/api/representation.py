"""A job as its reader sees it: words in the request's language, names for programs never translated."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from tasks_app.api.subject_types import type_of
from tasks_app.models import Job
from tasks_app.models.job import State
from tasks_app.queues import CONTENT, QUEUES

WAITING = "waiting"

RETRYABLE = frozenset(
    {
        "TransientError",
        "Release",
        "WorkerLost",
        "SoftTimeLimitExceeded",
        "TimeLimitExceeded",
        "OperationalError",
        "InterfaceError",
    }
)
"""Error classes after which the same job may well succeed, nothing else changed."""


@dataclass(frozen=True)
class Representation:
    """What the serializer reads, besides the row itself: one of access.readable_jobs. Costs no SQL."""

    job: Job
    reader: User

    @property
    def subject(self) -> Mapping[str, Any]:
        job_type = self.job.job_type
        return {"type": type_of(job_type) if job_type else None, "id": self.job.subject_id}

    @property
    def stage(self) -> Mapping[str, Any] | None:
        """Where the job is, or was when it ended; None before its first attempt and after success."""
        job_type, stage = self.job.job_type, self.job.current_stage
        if job_type is None or stage is None:
            return None
        awaiting: bool = self.job.awaiting  # type: ignore[attr-defined]  # added by readable_jobs
        waiting = self.job.state == State.QUEUED and awaiting
        return {
            "key": WAITING if waiting else stage.name,
            "label": gettext("Waiting for other jobs") if waiting else str(stage.label),
            "index": job_type.stages.index(stage) + 1,
            "count": len(job_type.stages),
        }

    @property
    def attempt(self) -> Mapping[str, int]:
        return {"number": self.job.attempt, "max": self.job.max_attempts}

    @property
    def error(self) -> Mapping[str, Any] | None:
        """Why the job ended otherwise than well; None while it may still end well."""
        job = self.job
        if job.state not in (State.FAILED, State.CANCELLED):
            return None
        cancelled = job.state == State.CANCELLED
        return {
            "code": job.error_code,
            "title": gettext("The job was cancelled.") if cancelled else gettext("The job failed."),
            "detail": self._error_detail,
            "retryable": job.error_class in RETRYABLE,
        }

    @property
    def _error_detail(self) -> str:
        """The message written for people; that of a bug names an exception and is replaced."""
        if self.job.error_code == "bug":
            return gettext("An internal error stopped the job. Staff can see the details.")
        return self.job.error_text

    @property
    def result(self) -> Mapping[str, str] | None:
        """Where staff find what came out. Others read it where the product shows it."""
        job_type = self.job.job_type
        if job_type is None or self.job.state != State.SUCCEEDED or not self.reader.is_staff:
            return None
        try:
            page = f"admin:{job_type.subject.replace('.', '_').lower()}_change"
            return {"href": reverse(page, args=[self.job.subject_id])}
        except NoReverseMatch:
            return None

    @property
    def retry_after(self) -> int | None:
        """Seconds until it makes sense to ask again; None when the job is done."""
        return None if self.job.done else QUEUES.get(self.job.queue, CONTENT).poll_seconds
