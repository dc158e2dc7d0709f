"""What is kept of an exception: enough to act on and to group by, nothing of a document's text."""

import json
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext_noop

from tasks_app.errors import JobError
from tasks_app.registry import JobType

FRAMES = 5
"""Innermost frames that tell two bugs apart."""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """How an attempt ended when it did not succeed. `message` is an English message id, filled by `details`."""

    error_class: str = ""
    code: str = ""
    message: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    fingerprint: str = ""
    traceback: str = ""

    def columns(self) -> dict[str, Any]:
        """As parameters of the engine's statements, for the job, the attempt and the TaskResult."""
        return {
            "task_result": self.task_result(),
            "error_class": self.error_class,
            "error_code": self.code,
            "error_message": self.message,
            "error_details": json.dumps(self.details),
            "error_fingerprint": self.fingerprint,
            "traceback": self.traceback,
        }

    def task_result(self) -> str:
        """In the shape in which Celery's JSON results tell of an exception; null where there was none."""
        if not self.error_class:
            return "null"
        return json.dumps({"exc_type": self.error_class, "exc_message": [self.code], "exc_module": "tasks_app.errors"})


NONE = Failure()


def expected(error: JobError, kind: str, stage: str) -> Failure:
    """An ending that the stage foresaw: its own message is for staff."""
    return Failure(
        error_class=type(error).__name__,
        code=error.code,
        message=error.message_id,
        details=dict(error.details),
        fingerprint=fingerprint(kind, stage, type(error).__name__, error.code),
        traceback=frames(error),
    )


def bug(error: BaseException, kind: str, stage: str) -> Failure:
    """An ending that nobody foresaw."""
    name = type(error).__name__
    places = [f"{frame.filename}:{frame.name}" for frame in traceback.extract_tb(error.__traceback__)[-FRAMES:]]
    return Failure(
        error_class=name,
        code="bug",
        message=gettext_noop("Internal error (%(error)s). The traceback shows developers where."),
        details={"error": name},
        fingerprint=fingerprint(kind, stage, name, *places),
        traceback=frames(error),
    )


def too_slow(error: BaseException, job_type: JobType, stage: str) -> Failure:
    """The soft time limit was reached."""
    return Failure(
        error_class="SoftTimeLimitExceeded",
        code="soft_time_limit",
        message=gettext_noop("The stage did not finish within the time limit of %(seconds)d seconds."),
        details={"seconds": job_type.soft_limit},
        fingerprint=fingerprint(job_type.kind, stage, "soft_time_limit"),
        traceback=frames(error),
    )


def database_away(error: BaseException, kind: str, stage: str) -> Failure:
    """PostgreSQL could not be reached, or broke off, for longer than a stage waits for it."""
    return Failure(
        error_class=type(error).__name__,
        code="database_away",
        message=gettext_noop("The database could not be reached."),
        fingerprint=fingerprint(kind, stage, "database_away"),
        traceback=frames(error),
    )


def disk_full(error: BaseException, kind: str, stage: str) -> Failure:
    """There was no room for a file."""
    return Failure(
        error_class=type(error).__name__,
        code="disk_full",
        message=gettext_noop("The server's disk is full. Free some space; the job is tried again."),
        fingerprint=fingerprint(kind, stage, "disk_full"),
        traceback=frames(error),
    )


WORKER_SILENT = Failure(
    error_class="WorkerLost",
    code="worker_silent",
    message=gettext_noop(
        "The worker stopped sending heartbeats: its process was killed, or its machine or network failed."
    ),
    fingerprint=sha256(b"worker_silent").hexdigest()[:16],
)

WORKER_KILLED = Failure(
    error_class="WorkerLost",
    code="worker_killed",
    message=gettext_noop("The worker process was killed, most likely because it ran out of memory."),
    fingerprint=sha256(b"worker_killed").hexdigest()[:16],
)

WORKER_STOPPED = Failure(
    error_class="Release",
    code="worker_stopping",
    message=gettext_noop("The worker was shut down; another worker continues the job."),
    fingerprint=sha256(b"worker_stopping").hexdigest()[:16],
)


def hard_limit(seconds: float) -> Failure:
    """The process was killed for overrunning even the hard time limit."""
    return Failure(
        error_class="TimeLimitExceeded",
        code="hard_time_limit",
        message=gettext_noop("The process was killed at the hard time limit of %(seconds)d seconds."),
        details={"seconds": int(seconds)},
        fingerprint=sha256(b"hard_time_limit").hexdigest()[:16],
    )


def fingerprint(*facts: str) -> str:
    """16 hex digits, equal for failures with the same cause."""
    return sha256("\n".join(facts).encode()).hexdigest()[:16]


def frames(error: BaseException) -> str:
    """The traceback with every exception's type in place of its message, which may quote a document."""
    pieces: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        trace = "".join(traceback.format_tb(seen.__traceback__))
        pieces.append(f"{trace}{type(seen).__module__}.{type(seen).__qualname__}\n")
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return "\n".join(reversed(pieces))
