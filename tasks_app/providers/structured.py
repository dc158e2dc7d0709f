"""Answers in a required form: never coerced into an empty success."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import json_repair
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from tasks_app.errors import JobError, PermanentError, TransientError
from tasks_app.providers.dialects import refused_options
from tasks_app.providers.llm import ChatModel, Completion, Message
from tasks_app.providers.provider_errors import TEXT_REFUSED, BilledError
from tasks_app.registry import Usage

Shape = TypeVar("Shape", bound=BaseModel)

ERRORS_TOLD = 10
"""How many faults of an answer are listed when the model is asked to correct it."""

NO_JSON = "no_json"
WHOLE, UNKNOWN_FIELD = "(answer)", "(unknown)"
"""How the answer as a whole and a field that the form does not have are named to staff."""

FORM = "Answer with one JSON value and nothing else. It must be valid against this JSON schema:\n"
MEND = "Your answer was not valid. Answer again in full, with nothing but the JSON value. What was wrong:\n"

SCHEMA = "response_format"
"""The option that gives an endpoint the schema. Some refuse it, some fail whenever they get it."""

SCHEMA_FAILURES = (500, 501)
"""HTTP statuses of servers that do not know schemas; those of gateways say nothing about the request."""


@dataclass(frozen=True, kw_only=True)
class Structured(Generic[Shape]):
    """`native`: the endpoint itself kept to the schema. `seconds` and `usage` over all calls."""

    value: Shape
    native: bool
    usage: Usage
    seconds: float


class UnusableAnswer(BilledError):
    """The model kept missing the form. `faults` name fields of the form and kinds of error, never what was written."""

    def __init__(self, model: str, usage: Usage, faults: str) -> None:
        message = _(
            "The model %(model)s did not answer in the required format, even after its mistakes were pointed "
            "out. Use another model. Errors in its last answer: %(faults)s"
        )
        super().__init__("model_answer_unusable", message, usage=usage, model=model, faults=faults)


class _Invalid(Exception):
    """What is wrong with an answer: in words for the model, and as `faults` that may be stored and shown."""

    def __init__(self, told: str, faults: str) -> None:
        super().__init__(told)
        self.faults = faults


def _none(_value: BaseModel) -> str:
    return ""


def ask(
    model: ChatModel,
    messages: Sequence[Message],
    shape: type[Shape],
    objection: Callable[[Shape], str] = _none,
) -> Structured[Shape]:
    """The answer as a `shape`; asked to mend it once. Raises UnusableAnswer, and what ChatModel.complete raises,
    with the usage of the first answer where the second call fails.

    `objection` describes to the model what is wrong with a valid answer, empty for nothing. It is heard once: the
    second answer is taken if it is valid, and the first if only that is.
    """
    completion, native = _first(model, messages, shape.model_json_schema())
    wanting: Shape | None = None
    try:
        value = parse(completion.text, shape)
        fault = objection(value)
        if not fault:
            return _structured(value, native, completion)
        wanting = value
    except _Invalid as invalid:
        fault = str(invalid)
    again = _mending(messages if native else _with_form(messages, shape.model_json_schema()), completion, fault)
    schema = shape.model_json_schema() if native else None
    try:
        second = model.complete(again, schema=schema)
    except JobError as error:
        error.usage = completion.usage + (error.usage or Usage())
        raise
    try:
        return _structured(parse(second.text, shape), native, completion, second)
    except _Invalid as invalid:
        if wanting is not None:
            return _structured(wanting, native, completion, second)
        raise UnusableAnswer(model.model, completion.usage + second.usage, invalid.faults) from None


def parse(text: str, shape: type[Shape]) -> Shape:
    """JSON as it stands, else repaired; either must be valid. Raises _Invalid."""
    bare = _unfenced(text)
    try:
        value = from_json(bare)
    except ValueError:
        value = _repaired(bare)
        if not value:
            raise _Invalid("It is no JSON.", NO_JSON) from None
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)[:ERRORS_TOLD]
        told = "\n".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults)
        names = _field_names(shape)
        raise _Invalid(told, "; ".join(f"{_path(fault['loc'], names)}: {fault['type']}" for fault in faults)) from None


def _repaired(text: str) -> Any:
    """None where nothing can be made of it, also because it is nested too deeply."""
    try:
        return json_repair.loads(text)
    except RecursionError:
        return None


def _path(location: tuple[int | str, ...], names: frozenset[str]) -> str:
    """Where a fault is, by known names only: a key that the model made up might be text."""
    steps = (str(step) if isinstance(step, int) or step in names else UNKNOWN_FIELD for step in location)
    return ".".join(steps) or WHOLE


def _field_names(shape: type[BaseModel]) -> frozenset[str]:
    schema = shape.model_json_schema()
    forms = (schema, *schema.get("$defs", {}).values())
    return frozenset(name for form in forms for name in form.get("properties", {}))


def _first(model: ChatModel, messages: Sequence[Message], schema: dict[str, Any]) -> tuple[Completion, bool]:
    """By native schema unless the endpoint is known not to have it; a refusal is tried once without."""
    if refused_options.is_refused(model.endpoint, SCHEMA):
        return model.complete(_with_form(messages, schema)), False
    try:
        return model.complete(messages, schema=schema), True
    except (PermanentError, TransientError) as error:
        if error.code != TEXT_REFUSED and error.details.get("status") not in SCHEMA_FAILURES:
            raise
    completion = model.complete(_with_form(messages, schema))
    refused_options.note(model.endpoint, [SCHEMA])
    return completion, False


def _with_form(messages: Sequence[Message], schema: dict[str, Any]) -> list[Message]:
    form = Message(role="system", content=FORM + json.dumps(schema, ensure_ascii=False))
    return [form, *messages]


def _mending(messages: Sequence[Message], completion: Completion, fault: str) -> list[Message]:
    return [
        *messages,
        Message(role="assistant", content=completion.text),
        Message(role="user", content=f"{MEND}{fault}"),
    ]


def _structured(value: Shape, native: bool, *completions: Completion) -> Structured[Shape]:
    return Structured(
        value=value,
        native=native,
        usage=sum((completion.usage for completion in completions), Usage()),
        seconds=sum(completion.seconds for completion in completions),
    )


def _unfenced(text: str) -> str:
    """Without the code fence that models like to put around JSON."""
    bare = text.strip()
    if bare.startswith("```") and bare.endswith("```"):
        return bare.removesuffix("```").partition("\n")[2].strip()
    return bare
