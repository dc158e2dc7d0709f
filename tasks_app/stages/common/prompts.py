"""The prompt for a model: the default, or the text that staff replaced it with."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from annotated_types import MaxLen
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from tasks_app import prompts
from tasks_app.errors import PermanentError
from tasks_app.models import PromptOverride
from tasks_app.prompts import Prompt, PromptError, RenderedPrompt
from tasks_app.providers.endpoint import Endpoint
from tasks_app.providers.llm import ChatModel, Message
from tasks_app.providers.structured import Structured, ask
from tasks_app.registry import Usage
from tasks_app.stages.common.halving import halving
from tasks_app.stages.common.resumable_map import PartRequest


def prompt_named(name: str) -> Prompt:
    """In the project's language. Raises PermanentError if what staff wrote no longer has the right placeholders."""
    default = prompts.default(name)
    text = PromptOverride.objects.filter(prompt=name, language=default.language).values_list("text", flat=True).first()
    if not text:
        return default
    own = Prompt(name=name, language=default.language, text=text)
    try:
        prompts.fitting(own)
    except PromptError:
        raise PermanentError(
            "prompt_unfit",
            _("The custom prompt %(prompt)s has different placeholders from the default. Correct it, then requeue."),
            prompt=name,
        ) from None
    return own


def messages(rendered: RenderedPrompt) -> list[Message]:
    return [Message(role="system", content=rendered.rule), Message(role="user", content=rendered.text)]


def structured_request(
    endpoint: Endpoint, told: RenderedPrompt, shape: type[BaseModel], number: int = 0
) -> PartRequest[Structured[BaseModel]]:
    """A part that is a model's answer as a `shape`, kept as the JSON of it.

    The shape's schema is among the facts: an answer kept by an older release might not fit the present one. Equal
    questions get one answer unless their `number` differs.
    """
    return PartRequest(
        facts=[told.digest, shape.model_json_schema(), number],
        call=partial(ask, ChatModel(endpoint=endpoint), messages(told), shape),
        keep=lambda answer: answer.value.model_dump(mode="json"),
    )


def window_request(
    endpoint: Endpoint, render: Callable[[str], RenderedPrompt], shape: type[BaseModel], text: str, *, setting: str = ""
) -> PartRequest[Structured[BaseModel]]:
    """The same for a model that reads a window of a longer text, cut by a `setting` if there is one.

    Where the window does not fit into the model's context, the answers about its halves are joined: all fields of the
    shape are lists.
    """

    def asked(part: str) -> Structured[BaseModel]:
        return ask(ChatModel(endpoint=endpoint), messages(render(part)), shape)

    request = structured_request(endpoint, render(text), shape)
    return replace(request, call=partial(halving, asked, _joined, text, setting=setting))


def _joined(answers: Sequence[Structured[BaseModel]], spent: Usage) -> Structured[BaseModel]:
    """Lists that are longer together than the shape allows are cut."""
    shape = type(answers[0].value)
    lists: dict[str, Any] = {
        name: [line for answer in answers for line in getattr(answer.value, name)][: _max_length(field)]
        for name, field in shape.model_fields.items()
    }
    return Structured(
        value=shape.model_construct(**lists),
        native=all(answer.native for answer in answers),
        usage=sum((answer.usage for answer in answers), spent),
        seconds=sum(answer.seconds for answer in answers),
    )


def _max_length(field: FieldInfo) -> int | None:
    return next((limit.max_length for limit in field.metadata if isinstance(limit, MaxLen)), None)
