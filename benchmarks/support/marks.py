"""When the bodies of bench tasks started, kept in Redis, so that all contestants are timed alike."""

import os
import time
from functools import cache

import redis
from django.conf import settings

KEY = "bench:marks"
SWITCH = "BENCH_MARKS"
"""Environment variable: without it nothing is noted, and nothing but the engine costs time."""


@cache
def client() -> "redis.Redis":
    return redis.Redis.from_url(settings.REDIS_URL)


def mark() -> None:
    """Called by the body of a task."""
    if SWITCH in os.environ:
        client().rpush(KEY, repr(time.time()))


def collect(number: int) -> list[float]:
    """Wait for so many marks and take them all, in order, as seconds of the epoch."""
    taken: list[float] = []
    for _ in range(number):
        popped = client().blpop([KEY], timeout=60)
        if popped is None:
            raise TimeoutError(f"only {len(taken)} of {number} bench tasks started")
        taken.append(float(popped[1]))
    return taken
