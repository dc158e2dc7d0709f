"""The queues, and every limit that belongs to one: the single place where these numbers stand."""

from dataclasses import dataclass

HARD_LIMIT_GRACE_SECONDS = 60.0
"""No lease outlives the hard limit of its kind by more than this: time for a killed process to be noticed."""


@dataclass(frozen=True, kw_only=True)
class Queue:
    """One Celery queue and the worker that serves it. Times are seconds."""

    name: str
    concurrency: int
    soft_limit: int
    hard_limit: int
    attempts: int
    backoff: float
    poll_seconds: int


TRANSCRIPTION = Queue(
    name="transcription",
    concurrency=1,
    soft_limit=3300,
    hard_limit=3600,
    attempts=3,
    backoff=10.0,
    poll_seconds=10,
)
CONTENT = Queue(name="content", concurrency=2, soft_limit=540, hard_limit=600, attempts=4, backoff=10.0, poll_seconds=3)
LLM = Queue(name="llm", concurrency=2, soft_limit=540, hard_limit=600, attempts=4, backoff=10.0, poll_seconds=3)
CHAT = Queue(name="chat", concurrency=4, soft_limit=100, hard_limit=120, attempts=2, backoff=1.0, poll_seconds=1)
MAINTENANCE = Queue(
    name="maintenance",
    concurrency=1,
    soft_limit=100,
    hard_limit=120,
    attempts=1,
    backoff=10.0,
    poll_seconds=3,
)

QUEUES: dict[str, Queue] = {queue.name: queue for queue in (TRANSCRIPTION, CONTENT, LLM, CHAT, MAINTENANCE)}
"""By name. Jobs use the first four; MAINTENANCE carries the periodic tasks, so a backlog never delays recovery."""

BACKOFF_CAP = 600.0
"""Longest pause between two attempts, seconds."""

BACKOFF_JITTER = 0.2
"""Each pause is spread by this share up or down, so that jobs failed together do not return together."""

INTERACTIVE = 0
"""Priority of what a person waits for. With Redis the lower number is served first."""

BULK = 6
"""Priority of bulk and scheduled jobs."""

PRIORITIES = (INTERACTIVE, BULK)
"""Redis keeps one list for each, which also takes what lies between it and the next."""

LOWEST = 9
"""The last priority that Celery knows."""

RAISED = 5
"""Priority of a bulk job that has waited for long: it is served among those that people wait for."""

BULK_PATIENCE_SECONDS = 600.0
"""How long a bulk job waits before it may be raised. Of each queue only one is raised at a time."""
