"""Waiting for a condition, never for a time."""

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import TypeVar

from django.db import connection

Found = TypeVar("Found")

PATIENCE = 30.0
"""Seconds; only a broken test waits this long."""


def wait_for(condition: Callable[[], Found], what: str, seconds: float = PATIENCE) -> Found:
    """The first truthy value of `condition`; fails the test, saying `what` was awaited, when time is up."""
    deadline = monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert monotonic() < deadline, f"waited {seconds:.0f} s in vain for {what}"
        Event().wait(0.05)


def reachable(condition: Callable[[], Found]) -> Callable[[], Found | None]:
    """The same condition while the database comes and goes."""
    from django.db import InterfaceError, OperationalError

    def ask() -> Found | None:
        try:
            return condition()
        except (OperationalError, InterfaceError):
            connection.close()
            return None

    return ask
