"""How long a job rests between two attempts."""

from random import uniform

from django.conf import settings

from tasks_app.queues import BACKOFF_CAP, BACKOFF_JITTER, Queue

COUNTDOWN_SECONDS = 15.0
"""Retries due sooner than this are published at once with a countdown; later ones by the sweep."""


def retry_delay(queue: Queue, attempt: int) -> float:
    """Seconds before the attempt after number `attempt` (from 1): doubling, capped, spread."""
    base = min(BACKOFF_CAP, queue.backoff * 2 ** (attempt - 1))
    spread = uniform(1 - BACKOFF_JITTER, 1 + BACKOFF_JITTER)  # noqa: S311 - no secret depends on it
    return float(base * spread * settings.JOB_BACKOFF_SCALE)
