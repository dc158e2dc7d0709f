"""The chat model: one request, one answer, whole or as it is written."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from math import inf
from time import monotonic
from typing import Any, Literal, TypedDict, cast

import openai
from django.utils.translation import gettext_lazy as _
from openai import APIResponse
from openai.types.chat import ChatCompletionMessageParam

from tasks_app.providers import clients, limiter, prices, provider_errors
from tasks_app.providers.dialects import chat_answers, event_stream, refused_options, server_words
from tasks_app.providers.dialects.chat_answers import AnswerPiece
from tasks_app.providers.dialects.thoughts import spoken
from tasks_app.providers.endpoint import Endpoint, PriorityClass
from tasks_app.registry import Usage

logger = logging.getLogger(__name__)

STREAMED: dict[str, Any] = {"stream": True, "stream_options": {"include_usage": True}}

ESSENTIAL = frozenset({"stream", "response_format"})
"""Options without which the same request would mean something else; see structured.py for the second."""


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
        options = {"response_format": _response_format(schema)} if schema else {}
        with limiter.slot(self.endpoint, self.priority_class):
            started = monotonic()
            give_up = started + self.priority_class.seconds
            answers = [event for event in self.events(messages, options, give_up) if chat_answers.is_answer(event)]
        if not answers:
            raise provider_errors.wrong_answer(self.endpoint)
        return self.completion(sum(map(chat_answers.piece, answers), AnswerPiece()), started)

    def stream(self, messages: Sequence[Message]) -> "Streaming":
        """The answer word by word."""
        return Streaming(model=self, messages=messages)

    def completion(self, whole: AnswerPiece, started: float) -> Completion:
        """Raises BilledError where the model did not end by itself, TransientError where its server failed."""
        usage = prices.usage(self.model, whole.input_tokens, whole.output_tokens)
        seconds = monotonic() - started
        logger.info("%s: %d + %d tokens in %.1f s", self.model, usage.input_tokens, usage.output_tokens, seconds)
        completion = Completion(text=spoken(whole.text), model=self.model, usage=usage, seconds=seconds)
        if whole.finish == chat_answers.ERROR:
            raise provider_errors.of_report(server_words.NOTHING_SAID, self.endpoint)
        _require_end(whole.finish, completion)
        return completion

    def events(self, messages: Sequence[Message], options: Mapping[str, Any], give_up: float = inf) -> Iterator[Any]:
        """The JSON of each event of the response, then DONE if it is known to be whole.

        Options that the server refused are left out, once it has answered without them.
        """
        sent = "\n".join(message["content"] for message in messages)
        with ExitStack() as stack, provider_errors.translated(self.endpoint, sent):
            response = self._response(stack, messages, options)
            for event in event_stream.events(clients.blocks(response, self.endpoint, give_up=give_up)):
                if not chat_answers.piece(event).text and (failure := server_words.reported(event)):
                    raise provider_errors.of_report(failure, self.endpoint, sent)
                yield event

    def _response(
        self, stack: ExitStack, messages: Sequence[Message], options: Mapping[str, Any]
    ) -> APIResponse[object]:
        offered = refused_options.accepted(self.endpoint, options)
        try:
            return self._asked(stack, messages, offered)
        except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
            unwanted = offered.keys() - ESSENTIAL
            if not unwanted or server_words.words_of(error.body).says_too_long:
                raise
        response = self._asked(stack, messages, {name: offered[name] for name in offered.keys() & ESSENTIAL})
        refused_options.note(self.endpoint, unwanted)
        return response

    def _asked(self, stack: ExitStack, messages: Sequence[Message], options: Mapping[str, Any]) -> APIResponse[object]:
        created = clients.client(self.endpoint).chat.completions.with_streaming_response.create(
            model=self.model,
            messages=_params(messages),
            timeout=clients.timeout(self.priority_class.seconds),
            **options,
        )
        return stack.enter_context(created)


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
        whole, done = AnswerPiece(), False
        with limiter.slot(model.endpoint, model.priority_class) as slot:
            started = monotonic()
            for event in model.events(self.messages, STREAMED):
                slot.keep()
                done = done or event is event_stream.DONE
                piece = chat_answers.piece(event)
                whole += replace(piece, text="")
                if piece.text:
                    pieces.append(piece.text)
                    yield piece.text
        if not whole.finish and not done:
            raise provider_errors.broken_off(model.endpoint)
        self.completion = model.completion(replace(whole, text="".join(pieces)), started)


def _params(messages: Sequence[Message]) -> list[ChatCompletionMessageParam]:
    """The same, as the SDK calls it."""
    return cast("list[ChatCompletionMessageParam]", list(messages))


def _response_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "json_schema",
        "json_schema": {"name": str(schema.get("title", "answer")), "schema": dict(schema)},
    }


def _require_end(finish: str, completion: Completion) -> None:
    """Raises BilledError for an answer that the model did not end by itself: half of one must not pass for all."""
    messages = {
        "length": _(
            "The response of the model %(model)s was cut off at its length limit. Use a model with a higher limit."
        ),
        "content_filter": _(
            "The content filter of the model %(model)s blocked the response. Check the text, or use another model."
        ),
    }
    codes = {"length": provider_errors.ANSWER_CUT, "content_filter": "model_refused"}
    if finish in codes:
        raise provider_errors.BilledError(
            codes[finish], messages[finish], usage=completion.usage, model=completion.model
        )
