"""Who writes summaries: a model behind an endpoint, or the honest default that only chooses sentences."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from tasks_app.providers.endpoint import Endpoint, chat_model
from tasks_app.providers.llm import ChatModel, Message
from tasks_app.providers.provider_errors import BilledError
from tasks_app.registry import Usage
from tasks_app.text.documents import extractive_summary

AUTO, MODEL = "auto", "model"


@dataclass(frozen=True, kw_only=True)
class Summary:
    text: str
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0.0


class Summariser(Protocol):
    """`provider` and `model` are stored with what it writes and become part of checkpoint keys.

    `calls` is how many texts it can summarise in parallel; `endpoint` where text is sent, None for nowhere.
    """

    @property
    def provider(self) -> str: ...

    @property
    def model(self) -> str: ...

    @property
    def calls(self) -> int: ...

    @property
    def endpoint(self) -> Endpoint | None: ...

    def summarise(self, text: str, *, characters: int, messages: Sequence[Message]) -> Summary:
        """A summary of at most about `characters`. Raises TransientError, PermanentError or Release.

        `messages` hold the text too, with instructions, for anyone who can read them.
        """


@dataclass(frozen=True)
class Extractive:
    """Sentences chosen from the text, never invented. Instructions change nothing: it does not write."""

    provider: str = "extractive"
    model: str = ""
    calls: int = 1
    endpoint: None = None

    def summarise(self, text: str, *, characters: int, messages: Sequence[Message]) -> Summary:
        return Summary(text=extractive_summary.summarise(text, characters))


@dataclass(frozen=True)
class ByModel:
    """What the chat model writes from the messages."""

    endpoint: Endpoint
    provider: str = MODEL

    @property
    def model(self) -> str:
        return self.endpoint.model

    @property
    def calls(self) -> int:
        return int(settings.PROVIDER_CALLS_PER_JOB)

    def summarise(self, text: str, *, characters: int, messages: Sequence[Message]) -> Summary:
        completion = ChatModel(endpoint=self.endpoint).complete(messages)
        if not completion.text.strip():
            message = _("The response of the model %(model)s was empty. Requeue it, or use another model.")
            raise BilledError("model_answer_empty", message, usage=completion.usage, model=self.model)
        return Summary(text=completion.text, usage=completion.usage, seconds=completion.seconds)


def _written() -> Summariser:
    endpoint = chat_model()
    if endpoint is None:
        raise ImproperlyConfigured("SUMMARY_PROVIDER is 'model', but LLM_BASE_URL is not set")
    return ByModel(endpoint)


def _auto() -> Summariser:
    endpoint = chat_model()
    return Extractive() if endpoint is None else ByModel(endpoint)


SUMMARISERS: dict[str, Callable[[], Summariser]] = {AUTO: _auto, "extractive": Extractive, MODEL: _written}
"""By the value of SUMMARY_PROVIDER; `auto` is the model where one is configured."""


def configured() -> Summariser:
    """The summariser that SUMMARY_PROVIDER names. Raises ImproperlyConfigured if there is none."""
    try:
        make = SUMMARISERS[settings.SUMMARY_PROVIDER]
    except KeyError:
        known = ", ".join(sorted(SUMMARISERS))
        raise ImproperlyConfigured(f"SUMMARY_PROVIDER is {settings.SUMMARY_PROVIDER!r}; known are: {known}") from None
    return make()
