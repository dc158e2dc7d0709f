"""Pausing, resuming, draining: what starts, what is accepted, and whose pause a drain ends."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation
from redis import Redis

from tasks_app.errors import Refused
from tasks_app.jobs.transitions import pausing, recovery, verbs
from tasks_app.models import Job, QueueControl, Source
from tasks_app.registry import JobType
from tests.support.attempts import attempt

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def paused() -> dict[str, str]:
    return {one.queue: one.reason for one in pausing.paused()}


def test_a_paused_queue_accepts_and_starts_nothing(probe: JobType, source: Source, broker: Any) -> None:
    pausing.pause("content", by=None, reason="disk full")

    job = verbs.enqueue("probe", source)
    attempt(probe, job)

    job.refresh_from_db()
    assert (job.state, job.executions) == ("queued", 0)
    assert paused() == {"content": "disk full"}


def test_what_was_refused_meanwhile_is_sent_again_at_once(probe: JobType, job: Job, broker: Redis) -> None:
    """Even behind messages of other jobs, which make a queue look as if nothing of it were lost."""
    pausing.pause("content", by=None, reason="disk full")
    attempt(probe, job)
    messages = broker.llen("notebookops:content")
    assert messages
    pausing.resume("content", by=None)

    recovery.sweep()

    assert broker.llen("notebookops:content") == messages + 1


def test_a_reason_and_a_name_stay_with_the_pause(job: Job) -> None:
    by = job.requested_by
    held = pausing.pause("llm", by=by, reason="x" * 300)
    assert (held.changed_by, len(held.reason)) == (by, 255)


def test_nothing_is_paused_or_resumed_twice(db: None) -> None:
    pausing.pause("llm", by=None, reason="slow")
    with pytest.raises(Refused, match="already paused"):
        pausing.pause("llm", by=None, reason="again")
    assert paused() == {"llm": "slow"}
    pausing.resume("llm", by=None)
    with pytest.raises(Refused, match="not paused"):
        pausing.resume("llm", by=None)


@pytest.mark.parametrize("queue", ["maintenance", "nowhere"])
def test_recovery_cannot_be_paused(queue: str, db: None) -> None:
    with pytest.raises(Refused, match="carries no jobs"):
        pausing.pause(queue, by=None, reason="quiet")
    assert not QueueControl.objects.exists()


def test_a_drain_ends_only_its_own_pauses(db: None) -> None:
    pausing.pause("llm", by=None, reason="slow")

    pausing.drain(by=None, reason="upgrade")
    assert paused() == {"chat": "upgrade", "content": "upgrade", "llm": "slow", "transcription": "upgrade"}
    with pytest.raises(Refused, match="already paused"):
        pausing.drain(by=None, reason="again")

    pausing.end_drain(by=None)
    assert paused() == {"llm": "slow"}
    with pytest.raises(Refused, match="No queue is draining"):
        pausing.end_drain(by=None)


def test_a_pause_set_while_draining_outlives_the_drain(db: None) -> None:
    pausing.drain(by=None, reason="upgrade")
    pausing.pause("chat", by=None, reason="model away")

    pausing.end_drain(by=None)

    assert paused() == {"chat": "model away"}
