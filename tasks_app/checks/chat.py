"""Settings of chats that must fit together."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from tasks_app.models.content.chat import MAX_QUESTION_LENGTH
from tasks_app.queues import CHAT


@register("notebookops")
def chat_answer_before_soft_limit(**_kwargs: Any) -> list[CheckMessage]:
    longest = settings.CHAT_ANSWER_SECONDS + settings.CHAT_TIMEOUT_SECONDS
    if longest < CHAT.soft_limit:
        return []
    return [
        Error(
            f"An answer may take {longest:g} s, a last call included, but the soft limit of the queue {CHAT.name} "
            f"comes after {CHAT.soft_limit} s.",
            hint=f"Keep CHAT_ANSWER_SECONDS and CHAT_TIMEOUT_SECONDS together below {CHAT.soft_limit}.",
            id="notebookops.E071",
        )
    ]


@register("notebookops")
def chat_context_fits(**_kwargs: Any) -> list[CheckMessage]:
    faults = ["CHAT_PASSAGES is below 1"] if settings.CHAT_PASSAGES < 1 else []
    if settings.CHAT_SAVE_SECONDS < 0:
        faults.append("CHAT_SAVE_SECONDS is below 0")
    if settings.CHAT_CONTEXT_TOKENS < 2 * MAX_QUESTION_LENGTH:
        faults.append("CHAT_CONTEXT_TOKENS leaves less room for sources than for the longest question")
    if not 0 <= settings.WORKER_NICENESS <= 19:
        faults.append("WORKER_NICENESS is not between 0 and 19")
    return [
        Error(f"{fault}.", hint="See docs/settings.md for what each number may be.", id="notebookops.E072")
        for fault in faults
    ]
