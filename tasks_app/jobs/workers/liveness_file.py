"""Workers and beat touch a file, each from its own loop: a loop that hangs, or waits for Redis, lets it grow old.

No thread of its own and no broadcast: either would answer although the loop does nothing any more.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

from celery import bootsteps
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django_celery_beat.schedulers import DatabaseScheduler

from tasks_app.health import TOUCHES

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
"""Between two tries of beat to read its schedule."""


def touch() -> None:
    """Note that the loop came round; nothing where HEALTH_FILE is empty.

    A file that cannot be touched ends nobody's work: it is said, and anyone who looks finds the process unwell.
    """
    if not settings.HEALTH_FILE:
        return
    try:
        Path(settings.HEALTH_FILE).touch()
    except OSError as error:
        logger.error("HEALTH_FILE cannot be touched (%s)", error)


class LivenessStep(bootsteps.StartStopStep):
    """Of a worker's consumer, so that it begins again with each connection; its timer belongs to the event loop."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def include_if(self, consumer: Any) -> bool:
        """Without an event loop (solo pool, threads) the timer would be a thread, which proves nothing."""
        return bool(settings.HEALTH_FILE) and consumer.hub is not None

    def start(self, consumer: Any) -> None:
        touch()
        self._ticking = consumer.timer.call_repeatedly(settings.HEALTH_STALE_SECONDS / TOUCHES, touch)

    def stop(self, consumer: Any) -> None:
        self._ticking.cancel()


class Scheduler(DatabaseScheduler):  # type: ignore[misc]
    """Beat's own, which shows that it comes round, and outlives a PostgreSQL that is away when it reads its rows."""

    def setup_schedule(self) -> None:
        """Read the schedule; wait for PostgreSQL as long as it takes."""
        while not self._reached(super().setup_schedule):
            Event().wait(RETRY_SECONDS)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due; seconds until the next turn."""
        pauses: list[float] = []
        reached = self._reached(lambda: pauses.append(DatabaseScheduler.tick(self, *args, **kwargs)))
        touch()
        return pauses[0] if reached else RETRY_SECONDS

    def _reached(self, action: Callable[[], object]) -> bool:
        """Whether it could be done; not where the database is away. What was read in part is then read again."""
        try:
            action()
        except (OperationalError, InterfaceError) as error:
            logger.warning("PostgreSQL could not be reached (%s)", type(error).__name__)
            connection.close()
            self._initial_read = True
            return False
        return True
