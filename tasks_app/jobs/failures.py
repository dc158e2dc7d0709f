"""What is kept of an exception: enough to act on and to group by, nothing of a document's text."""

import json
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext_noop

from tasks_app.errors import JobError

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
        """As parameters of the engine's statements."""
        return {
            "error_class": self.error_class,
            "error_code": self.code,
            "error_message": self.message,
            "error_details": json.dumps(self.details),
            "error_fingerprint": self.fingerprint,
            "traceback": self.traceback,
        }

    def task_result(self) -> str:
        """In the shape in which Celery's JSON results tell of an exception."""
        return json.dumps(
            {"exc_type": self.error_class, "exc_message": [self.code], "exc_module": "tasks_app.errors"}
        )


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
        message=gettext_noop("Internal error (%(error)s). The traceback tells developers where."),
        details={"error": name},
        fingerprint=fingerprint(kind, stage, name, *places),
        traceback=frames(error),
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
