"""Time limits in order: provider timeout, soft limit, hard limit, the broker's visibility timeout."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from tasks_app.providers.endpoint import PriorityClass
from tasks_app.queues import CHAT, HARD_LIMIT_GRACE_SECONDS, MAINTENANCE, QUEUES, TRANSCRIPTION, Queue
from tasks_app.registry import job_types

SETTING_OF_PRIORITY_CLASS = {
    PriorityClass.WORK: "PROVIDER_TIMEOUT_SECONDS",
    PriorityClass.CHAT: "CHAT_TIMEOUT_SECONDS",
    PriorityClass.SPEECH: "WHISPER_TIMEOUT_SECONDS",
}

SLOW_INPUT = (
    ("fetch", "fetching a file", "FETCH_SECONDS"),
    ("extract", "reading a document", "EXTRACTION_WALL_SECONDS"),
    ("extract", "recognising a scanned page", "OCR_PAGE_SECONDS"),
)
"""(stage, what it does, the setting that limits how long that may take)."""


@dataclass(frozen=True)
class TimeLimits:
    """Whose they are, and seconds. `lanes` tell how long a call to a provider may take."""

    holder: str
    soft: int
    hard: int
    priority_classes: tuple[PriorityClass, ...]


def every_limit() -> Iterator[TimeLimits]:
    """Of each queue, and of each kind that has its own."""
    for queue in QUEUES.values():
        yield TimeLimits(f"queue {queue.name}", queue.soft_limit, queue.hard_limit, priority_classes_of(queue))
    for job_type in job_types.values():
        queue = job_type.queue
        if (job_type.soft_limit, job_type.hard_limit) != (queue.soft_limit, queue.hard_limit):
            yield TimeLimits(
                f"kind {job_type.kind}", job_type.soft_limit, job_type.hard_limit, priority_classes_of(queue)
            )


def priority_classes_of(queue: Queue) -> tuple[PriorityClass, ...]:
    """Of the calls that its jobs make; those on maintenance make none, and are held to the shorter limit."""
    if queue in (CHAT, MAINTENANCE):
        return (PriorityClass.CHAT,)
    return (PriorityClass.WORK, PriorityClass.SPEECH) if queue is TRANSCRIPTION else (PriorityClass.WORK,)


@register("notebookops")
def soft_before_hard(**_kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"{limits.holder}: the soft limit ({limits.soft} s) is not below the hard limit ({limits.hard} s).",
            hint="Lower soft_limit, so that a job is asked to stop before its process is killed.",
            id="notebookops.E001",
        )
        for limits in every_limit()
        if limits.soft >= limits.hard
    ]


@register("notebookops")
def provider_before_hard(**_kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"{limits.holder}: a provider may take {priority.seconds:g} s, but only {limits.hard - limits.soft} s "
            "lie between the soft and the hard limit.",
            hint=f"Set {SETTING_OF_PRIORITY_CLASS[priority]} below {limits.hard - limits.soft}, "
            "so that a running call can still finish.",
            id="notebookops.E002",
        )
        for limits in every_limit()
        for priority in limits.priority_classes
        if priority.seconds >= limits.hard - limits.soft
    ]


@register("notebookops")
def hard_before_redelivery(**_kwargs: Any) -> list[CheckMessage]:
    grace = HARD_LIMIT_GRACE_SECONDS
    visibility = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    return [
        Error(
            f"{limits.holder}: Redis delivers a message again after {visibility} s, but a job may hold it for "
            f"{limits.hard + grace:g} s.",
            hint=f"In CELERY_BROKER_TRANSPORT_OPTIONS set visibility_timeout above {limits.hard + grace:g}.",
            id="notebookops.E003",
        )
        for limits in every_limit()
        if limits.hard + grace >= visibility
    ]


@register("notebookops")
def input_before_soft(**_kwargs: Any) -> list[CheckMessage]:
    """Only for kinds with a stage that fetches a file, or reads one in a child process."""
    return [
        Warning(
            f"kind {job_type.kind}: {deed} may take {allowed:g} s, but the soft limit comes after "
            f"{job_type.soft_limit} s.",
            hint=f"Set {name} below {job_type.soft_limit}, so that staff see what took so long.",
            id="notebookops.W001",
        )
        for job_type in job_types.values()
        for stage, deed, name in SLOW_INPUT
        if job_type.stage(stage) and (allowed := getattr(settings, name)) >= job_type.soft_limit
    ]
