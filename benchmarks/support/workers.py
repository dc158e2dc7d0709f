"""Worker processes for a bench."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import redis
from django.conf import settings

POLL_SECONDS = 0.002
MAX_WAIT_SECONDS = 120.0


@contextmanager
def worker(app: str, queue: str, processes: int, environ: Mapping[str, str]) -> Iterator[None]:
    """A Celery worker while the block runs."""
    command = [sys.executable, "-m", "celery", "-A", app, "worker", "-Q", queue, "-n", f"{queue}@bench"]
    options = ["-c", str(processes), "-l", "WARNING", "--without-gossip", "--without-mingle"]
    process = subprocess.Popen(
        [*command, *options], env={**os.environ, **environ}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def drain_seconds(client: "redis.Redis", queue: str, messages: int) -> float:
    """From the first message taken to the last one acknowledged."""
    prefix = settings.CELERY_BROKER_KEY_PREFIX
    deadline = time.monotonic() + MAX_WAIT_SECONDS
    started = None
    while time.monotonic() < deadline:
        waiting, taken = client.llen(f"{prefix}{queue}"), client.hlen(f"{prefix}unacked")
        if started is None and waiting < messages:
            started = time.monotonic()
        if started is not None and waiting == 0 and taken == 0:
            return time.monotonic() - started
        time.sleep(POLL_SECONDS)
    raise TimeoutError(f"{queue} was not drained within {MAX_WAIT_SECONDS:.0f} s")
