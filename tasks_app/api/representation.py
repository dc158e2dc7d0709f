"""A job as its reader sees it: words in the request's language, names for programs never translated."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext

from tasks_app.api.auth.subject_types import type_of
from tasks_app.api.resources import address_of
from tasks_app.models import Job
from tasks_app.models.engine.job import State
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


def shown(job: Job) -> dict[str, Any]:
    """One of access.readable_jobs as JSON; `serializers.JobSerializer` describes the shape. Costs no SQL.

    Written out by hand because it is asked for again and again: a serializer takes several times as long.
    """
    job_type = job.job_type
    return {
        "id": str(job.pk),
        "kind": job.kind,
        "state": str(job.state),
        "done": job.done,
        "cancel_requested": job.cancel_requested_at is not None,
        "subject": {"type": type_of(job_type) if job_type else None, "id": str(job.subject_id)},
        "stage": _stage(job),
        "percent": job.percent,
        "attempt": {"number": job.attempt, "max": job.max_attempts},
        "error": _error(job),
        "result": _result(job),
        "created_at": _time(job.created_at),
        "started_at": _time(job.started_at),
        "finished_at": _time(job.finished_at),
        "updated_at": _time(job.updated_at),
        "retry_after": pause(job),
    }


def pause(job: Job) -> int | None:
    """Seconds until it makes sense to ask again; None when the job is done."""
    return None if job.done else QUEUES.get(job.queue, CONTENT).poll_seconds


def _stage(job: Job) -> Mapping[str, Any] | None:
    """Where the job is, or was when it ended; None before its first attempt and after success."""
    job_type, stage = job.job_type, job.current_stage
    if job_type is None or stage is None:
        return None
    awaiting: bool = job.awaiting  # type: ignore[attr-defined]  # added by readable_jobs
    waiting = job.state == State.QUEUED and awaiting
    return {
        "key": WAITING if waiting else stage.name,
        "label": gettext("Waiting for other jobs") if waiting else str(stage.label),
        "index": job_type.stages.index(stage) + 1,
        "count": len(job_type.stages),
    }


def _error(job: Job) -> Mapping[str, Any] | None:
    """Why the job ended otherwise than well; None while it may still end well."""
    if job.state not in (State.FAILED, State.CANCELLED):
        return None
    cancelled = job.state == State.CANCELLED
    return {
        "code": job.error_code,
        "title": gettext("The job was cancelled.") if cancelled else gettext("The job failed."),
        "detail": _error_detail(job),
        "retryable": job.error_class in RETRYABLE,
    }


def _error_detail(job: Job) -> str:
    """The message written for people; that of a bug names an exception and is replaced."""
    if job.error_code == "bug":
        return gettext("An internal error stopped the job. Staff can see the details.")
    return job.error_text


def _result(job: Job) -> Mapping[str, str] | None:
    """Where what came out can be read."""
    if job.job_type is None or job.state != State.SUCCEEDED:
        return None
    address = address_of(job.job_type.subject, job.subject_id)
    return {"href": address} if address else None


def _time(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
