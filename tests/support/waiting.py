"""Waiting for a condition, never for a time."""

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

Found = TypeVar("Found")

MAX_WAIT_SECONDS = 60.0
"""Seconds; only a broken test waits this long."""


def wait_for(condition: Callable[[], Found], what: str, seconds: float = MAX_WAIT_SECONDS) -> Found:
    """The first truthy value of `condition`; fails the test, saying `what` was awaited, when time is up."""
    deadline = monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert monotonic() < deadline, f"waited {seconds:.0f} s in vain for {what}"
        Event().wait(0.05)


def once_reachable(question: Callable[[], Found]) -> Found:
    """The answer, asked again while the database is away."""
    answers: list[Found] = []

    def ask() -> bool:
        try:
            answers.append(question())
        except (OperationalError, InterfaceError):
            connection.close()
        return bool(answers)

    wait_for(ask, "PostgreSQL to be back")
    return answers[0]
