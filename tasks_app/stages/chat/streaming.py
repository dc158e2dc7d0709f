"""A model's answer as it comes: saved a few times a second for anyone who looks on, and given up when time is up."""

from dataclasses import dataclass
from time import monotonic

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import JobError, PermanentError, TransientError
from tasks_app.jobs.statements import retry_on_connection_loss, rows
from tasks_app.providers.dialects.thoughts import spoken
from tasks_app.providers.endpoint import Endpoint, PriorityClass
from tasks_app.providers.llm import ChatModel, Completion, Message
from tasks_app.providers.provider_errors import BUSY, LIMITING, UNREACHABLE
from tasks_app.registry import StageContext
from tasks_app.stages.common.provider_health import note_answer, note_failure

TEXT = "text"
"""The key of the part that grows: {"text": all that has come so far}. The next attempt writes over it."""

WORKER_STOPPING = "worker_stopping"
TOO_SLOW = "chat_too_slow"

AGES = """
SELECT extract(epoch FROM now() - started_at)::float, extract(epoch FROM now() - next_run_at)::float
FROM tasks_app_job WHERE id = %(id)s
"""
"""Seconds since the run's first attempt began, and since this attempt was due. Index: primary key."""


@dataclass(frozen=True, kw_only=True)
class AnswerTiming:
    """Moments of time.monotonic: since when the user has been waiting, and when to give up."""

    asked_at: float
    give_up: float

    @classmethod
    def of(cls, context: StageContext) -> "AnswerTiming":
        """A retry has only what time the attempts before it left over."""
        now = monotonic()
        found = retry_on_connection_loss(lambda: rows(AGES, {"id": context.job_id}))
        running, waiting = found[0] if found else (0.0, 0.0)
        return cls(asked_at=now - waiting, give_up=now - (running or 0.0) + settings.CHAT_ANSWER_SECONDS)


def streamed(
    context: StageContext, endpoint: Endpoint, messages: list[Message], clock: AnswerTiming
) -> tuple[Completion, float]:
    """The whole answer, and how many seconds had passed when its first words were saved.

    Raises TransientError where asking once more may help, PermanentError where it cannot or time is up.
    """
    streaming = ChatModel(endpoint=endpoint, priority_class=PriorityClass.CHAT).stream(messages)
    text, saved, first = "", "", 0.0
    saved_at = float("-inf")
    try:
        for piece in streaming:
            context.check()
            text += piece
            now = monotonic()
            if now > clock.give_up:
                raise _too_slow()
            visible = spoken(text)
            if visible != saved and now - saved_at >= settings.CHAT_SAVE_SECONDS:
                context.part(TEXT, {"text": visible})
                saved, saved_at = visible, monotonic()
                first = first or saved_at - clock.asked_at
    except JobError as error:
        if text and spoken(text) != saved and isinstance(error, TransientError):
            context.part(TEXT, {"text": spoken(text)})
        _account(context, endpoint, error)
        raise _within_time(error, clock) from None
    assert streaming.completion is not None
    note_answer(endpoint)
    context.record_usage(streaming.completion.usage)
    return streaming.completion, first or monotonic() - clock.asked_at


def _account(context: StageContext, endpoint: Endpoint, error: JobError) -> None:
    if error.usage:
        context.record_usage(error.usage)
    if error.code in (WORKER_STOPPING, TOO_SLOW, BUSY):
        return
    note_failure(endpoint, error)


def _within_time(error: JobError, clock: AnswerTiming) -> JobError:
    """Nobody waits in a chat for as long as background work may: what would be released is tried once more, soon."""
    if error.code not in (UNREACHABLE, BUSY, LIMITING):
        return error
    wait = min(getattr(error, "delay", 0.0), settings.CHAT_ANSWER_SECONDS)
    if monotonic() + wait > clock.give_up:
        return _too_slow()
    return TransientError(
        "chat_model_away",
        _("The model at %(host)s is unavailable or busy. Ask again in a few minutes."),
        retry_after=wait if error.code == LIMITING else None,
        host=error.details.get("host", ""),
    )


def _too_slow() -> PermanentError:
    return PermanentError(
        TOO_SLOW,
        _("The answer did not complete within %(seconds)d seconds. Ask a narrower question, or choose fewer sources."),
        seconds=settings.CHAT_ANSWER_SECONDS,
    )
