"""Asking a model about a text that may not fit into its context: then about its halves, as far down as it takes."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from tasks_app.errors import PermanentError
from tasks_app.providers.provider_errors import ANSWER_CUT, TEXT_TOO_LARGE, BilledError
from tasks_app.registry import Usage
from tasks_app.text.documents import chunking

AnswerT = TypeVar("AnswerT")

MIN_CHARACTERS = 400
"""A text of no more than this is not halved: then it is the instructions that leave no room."""


def halving(
    ask: Callable[[str], AnswerT],
    join: Callable[[Sequence[AnswerT], Usage], AnswerT],
    text: str,
    *,
    setting: str = "",
) -> AnswerT:
    """What `ask` answers about the text, or about its parts `join`ed where the whole is too long for the model.

    It is too long also where the answer to it was cut off. `join` is given what such answers cost as well.
    Raises what `ask` raises; a PermanentError that names the `setting` by which the text was cut, if there is one,
    where even a short part is too long.
    """
    try:
        return ask(text)
    except PermanentError as error:
        is_cut = error.code == ANSWER_CUT and len(text) > MIN_CHARACTERS
        if error.code != TEXT_TOO_LARGE and not is_cut:
            raise
        if len(text) <= MIN_CHARACTERS:
            raise context_too_short(error, setting) from None
        spent = error.usage if isinstance(error, BilledError) else Usage()
    halves = chunking.cut(text, len(text) // 2 + 1)
    return join([halving(ask, join, text[start:end], setting=setting) for start, end in halves], spent)


def shrinking(ask: Callable[[int], AnswerT], size: int, smallest: int, *, setting: str = "") -> AnswerT:
    """What `ask` answers, given so much to read, or half of it as often as that is too much for the model.

    Raises like `halving`, where `smallest` is too much.
    """
    try:
        return ask(size)
    except PermanentError as error:
        if error.code != TEXT_TOO_LARGE:
            raise
        if size <= smallest:
            raise context_too_short(error, setting) from None
    return shrinking(ask, max(size // 2, smallest), smallest, setting=setting)


def context_too_short(error: PermanentError, setting: str) -> PermanentError:
    """The refusal with advice for the person who set the server up."""
    details = {**error.details, "setting": setting}
    if setting:
        message = _(
            "The context of the model %(model)s at %(host)s is too short, even for a small part of the text. Start "
            "the server with a longer context (8,000 tokens are enough), or lower %(setting)s, then requeue."
        )
        return PermanentError("model_context_too_short", message, **details)
    message = _(
        "The context of the model %(model)s at %(host)s is too short, even for a small part of the text. Start the "
        "server with a longer context (8,000 tokens are enough), then requeue."
    )
    return PermanentError("model_context_too_short", message, **details)
