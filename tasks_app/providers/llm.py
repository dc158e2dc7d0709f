"""The chat model: one request, one answer, whole or as it is written."""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Literal, TypedDict, cast

from django.utils.translation import gettext_lazy as _
from openai import omit
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam
from pydantic import BaseModel, Field

from tasks_app.providers import clients, limiter, prices, provider_errors
from tasks_app.providers.endpoint import Endpoint, PriorityClass
from tasks_app.registry import Usage

logger = logging.getLogger(__name__)

_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>\s*", re.DOTALL)
"""What some open models write before their answer, where their server does not take it out."""


_THINKING = re.compile(r"\A\s*<think>.*\Z|\A\s*<(?:t(?:h(?:i(?:n(?:k)?)?)?)?)?\Z", re.DOTALL)
"""Thoughts, or the beginning of their mark, that have not ended yet."""


def spoken(text: str) -> str:
    """What a model has said so far to anyone who asked, without its thoughts."""
    return _THINKING.sub("", _THOUGHTS.sub("", text))


class Message(TypedDict):
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, kw_only=True)
class Completion:
    """What the model wrote; `seconds` from request to last word, without the wait for a free slot."""

    text: str
    model: str
    usage: Usage
    seconds: float


class _Said(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    message: _Said
    finish_reason: str | None = None


class _CompletionUsage(BaseModel):
    prompt_tokens: int = Field(default=0, ge=0)
    completion_tokens: int = Field(default=0, ge=0)


class _CompletionResponse(BaseModel):
    choices: list[_Choice] = Field(min_length=1)
    usage: _CompletionUsage | None = None


@dataclass(frozen=True, kw_only=True)
class ChatModel:
    """Raises TransientError, PermanentError, and Release where the endpoint is away or all of its slots are taken."""

    endpoint: Endpoint
    priority_class: PriorityClass = PriorityClass.WORK

    @property
    def model(self) -> str:
        return self.endpoint.model

    def complete(self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None) -> Completion:
        """The whole answer. With `schema` (a JSON schema) the endpoint is asked to keep to it."""
        with limiter.slot(self.endpoint, self.priority_class):
            started = monotonic()
            with (
                provider_errors.translated(self.endpoint),
                clients.client(self.endpoint).chat.completions.with_streaming_response.create(
                    model=self.model,
                    messages=_params(messages),
                    response_format=_response_format(schema) if schema else omit,  # type: ignore[arg-type]
                    timeout=clients.timeout(self.priority_class.seconds),
                ) as response,
            ):
                answer = clients.read(
                    response,  # type: ignore[arg-type]
                    self.endpoint,
                    _CompletionResponse,
                    give_up=started + self.priority_class.seconds,
                )
        choice = answer.choices[0]
        completion = self._completion(choice.message.content or "", answer.usage, started)
        _require_end(choice.finish_reason or "stop", completion)
        return completion

    def stream(self, messages: Sequence[Message]) -> "Streaming":
        """The answer word by word."""
        return Streaming(model=self, messages=messages)

    def _completion(self, text: str, tokens: _CompletionUsage | None, started: float) -> Completion:
        counted = tokens or _CompletionUsage()
        usage = prices.usage(self.model, counted.prompt_tokens, counted.completion_tokens)
        seconds = monotonic() - started
        logger.info("%s: %d + %d tokens in %.1f s", self.model, usage.input_tokens, usage.output_tokens, seconds)
        return Completion(text=spoken(text), model=self.model, usage=usage, seconds=seconds)


@dataclass(kw_only=True)
class Streaming:
    """Iterate once over the pieces of text; `completion` is there when the last one has come.

    No pause between two pieces may be longer than the priority class's limit; the slot is kept for as long as pieces
    come.
    """

    model: ChatModel
    messages: Sequence[Message]
    completion: Completion | None = field(default=None, init=False)

    def __iter__(self) -> Iterator[str]:
        model = self.model
        pieces: list[str] = []
        finish, tokens = "", _CompletionUsage()
        with limiter.slot(model.endpoint, model.priority_class) as slot:
            started = monotonic()
            for chunk in self._chunks():
                slot.keep()
                if chunk.usage:
                    tokens = _CompletionUsage(
                        prompt_tokens=chunk.usage.prompt_tokens, completion_tokens=chunk.usage.completion_tokens
                    )
                for choice in chunk.choices[:1]:
                    finish = choice.finish_reason or finish
                    if choice.delta.content:
                        pieces.append(choice.delta.content)
                        yield choice.delta.content
        if not finish:
            raise provider_errors.broken_off(model.endpoint)
        completion = model._completion("".join(pieces), tokens, started)
        _require_end(finish, completion)
        self.completion = completion

    def _chunks(self) -> Iterator[ChatCompletionChunk]:
        model = self.model
        with (
            provider_errors.translated(model.endpoint),
            clients.client(model.endpoint).chat.completions.create(
                model=model.model,
                messages=_params(self.messages),
                stream=True,
                stream_options={"include_usage": True},
                timeout=clients.timeout(model.priority_class.seconds),
            ) as chunks,
        ):
            yield from chunks


def _params(messages: Sequence[Message]) -> list[ChatCompletionMessageParam]:
    """The same, as the SDK calls it."""
    return cast("list[ChatCompletionMessageParam]", list(messages))


def _response_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "json_schema",
        "json_schema": {"name": str(schema.get("title", "answer")), "schema": dict(schema)},
    }


def _require_end(finish: str, completion: Completion) -> None:
    """Raises PaidFor for an answer that the model did not end by itself: half of one must not pass for all."""
    messages = {
        "length": _(
            "The response of the model %(model)s was cut off at its length limit. Use a model with a higher limit."
        ),
        "content_filter": _(
            "The content filter of the model %(model)s blocked the response. Check the text, or use another model."
        ),
    }
    codes = {"length": "model_answer_cut", "content_filter": "model_refused"}
    if finish in codes:
        raise provider_errors.BilledError(
            codes[finish], messages[finish], usage=completion.usage, model=completion.model
        )
