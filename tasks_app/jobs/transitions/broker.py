"""Redis as seen by the engine: it carries job ids, and may lose them at any time."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from tasks_app.jobs import sql
from tasks_app.jobs.statements import execute
from tasks_app.queues import LOWEST, PRIORITIES
from tasks_app.registry import TASK_PREFIX

logger = logging.getLogger(__name__)

UNREACHABLE = (OperationalError, RedisError, OSError)
"""What publishing or asking raises when Redis is away, full or too slow."""


def publish(message: Mapping[str, Any], countdown: float = 0.0) -> None:
    """Send the one message that may claim a job. `message` has id, kind, queue, priority and dispatch_id.

    Raises one of UNREACHABLE.
    """
    current_app.send_task(
        TASK_PREFIX + message["kind"],
        args=[str(message["id"])],
        task_id=str(message["dispatch_id"]),
        queue=message["queue"],
        priority=message["priority"],
        countdown=countdown or None,
    )


def dispatch(messages: Sequence[Mapping[str, Any]], countdown: float = 0.0) -> int:
    """Publish until Redis fails once; how many went out. The rest stay queued and are found by the sweep."""
    for sent, message in enumerate(messages):
        try:
            publish(message, countdown)
        except UNREACHABLE as error:
            logger.warning("%d job(s) stay queued: broker unavailable (%s)", len(messages) - sent, type(error).__name__)
            execute(sql.UNPUBLISHED, {"ids": [unsent["id"] for unsent in messages[sent:]]})
            return sent
    return len(messages)


def dispatch_on_commit(messages: Sequence[Mapping[str, Any]], countdown: float = 0.0) -> None:
    """Publish when the current transaction has committed, and not at all if it does not."""
    if messages:
        transaction.on_commit(partial(dispatch, messages, countdown), robust=True)


@dataclass(frozen=True)
class MessageList:
    """What Redis holds for one queue and the priorities from `first` to `last`: `length` messages.

    Those that workers hold are not counted.
    """

    queue: str
    first: int
    last: int
    length: int


def lists(queues: Iterable[str]) -> list[MessageList]:
    """All lists of these queues. Raises one of UNREACHABLE."""
    with current_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, interval_step=0)  # kombu's own patience is 10 s
        channel: Any = broker.default_channel
        ranges = [(name, first, end - 1) for name in queues for first, end in pairwise((*PRIORITIES, LOWEST + 1))]
        with channel.client.pipeline(transaction=False) as questions:
            for name, first, _last in ranges:
                questions.llen(channel._q_for_pri(name, first))
            lengths = questions.execute()
    return [MessageList(*place, int(length)) for place, length in zip(ranges, lengths, strict=True)]


def depths(queues: Iterable[str]) -> dict[str, int]:
    """Messages waiting in each queue. Raises one of UNREACHABLE."""
    names = list(queues)
    found = lists(names)
    return {name: sum(one.length for one in found if one.queue == name) for name in names}
