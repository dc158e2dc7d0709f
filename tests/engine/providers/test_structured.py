"""Answers in a form: native, repaired, mended, or refused, and never made up."""

import pytest
from pydantic import BaseModel

from tasks_app.errors import PermanentError
from tasks_app.providers.dialects import refused_options
from tasks_app.providers.llm import ChatModel, Message
from tasks_app.providers.structured import UnusableAnswer, ask
from tests.engine.providers.scripted_endpoint import CHAT, INPUT_TOKENS, ScriptedEndpoint

ASK = [Message(role="user", content="論点を挙げてください。")]


class Points(BaseModel):
    """Every field has a default: an empty object would pass."""

    points: list[str] = []
    note: str = ""


class Strict(BaseModel):
    count: int


def answers(server: ScriptedEndpoint, *texts: str) -> None:
    server.command(CHAT, *({"do": "answer", "text": text} for text in texts))


def test_the_schema_is_handed_to_the_endpoint(model: ChatModel, server: ScriptedEndpoint) -> None:
    answers(server, '{"points": ["予算", "期限"]}')
    result = ask(model, ASK, Points)
    assert (result.value.points, result.native) == (["予算", "期限"], True)
    asked = server.calls(CHAT)[0].body
    assert asked["response_format"]["json_schema"]["schema"] == Points.model_json_schema()
    assert asked["messages"] == ASK


def test_an_endpoint_without_schemas_is_told_in_words_and_remembered(
    model: ChatModel, server: ScriptedEndpoint
) -> None:
    server.offers_schema = False
    server.always(CHAT, {"do": "answer", "text": '{"points": ["予算"]}'})
    result = ask(model, ASK, Points)
    assert result.native is False
    assert "points" in server.calls(CHAT)[1].text
    before = len(server.calls(CHAT))
    ask(model, ASK, Points)
    assert len(server.calls(CHAT)) == before + 1


@pytest.mark.parametrize(
    "text",
    ['```json\n{"count": 3}\n```', '{"count": 3,}', "{'count': 3}", 'はい。\n{"count": 3', ' {"count": 3} '],
)
def test_nearly_json_is_repaired(model: ChatModel, server: ScriptedEndpoint, text: str) -> None:
    answers(server, text)
    assert ask(model, ASK, Strict).value.count == 3
    assert len(server.calls(CHAT)) == 1


def test_a_wrong_answer_is_mended_once_with_what_was_wrong(model: ChatModel, server: ScriptedEndpoint) -> None:
    answers(server, '{"count": "many"}', '{"count": 4}')
    result = ask(model, ASK, Strict)
    assert result.value.count == 4
    assert result.usage.input_tokens == 2 * INPUT_TOKENS
    mending = server.calls(CHAT)[1].text
    assert "count: Input should be a valid integer" in mending
    assert "many" in mending


def test_the_first_answer_is_paid_for_also_where_mending_fails(model: ChatModel, server: ScriptedEndpoint) -> None:
    server.command(CHAT, {"do": "answer", "text": "{}"}, {"do": "fail", "status": 400})
    with pytest.raises(PermanentError, match="provider_refused_text") as raised:
        ask(model, ASK, Strict)
    assert raised.value.usage.input_tokens == INPUT_TOKENS


@pytest.mark.parametrize("text", ["", "申し訳ありませんが、答えられません。", "null", "[]", '"points"', "{ sorry"])
def test_what_is_no_answer_never_becomes_an_empty_one(model: ChatModel, server: ScriptedEndpoint, text: str) -> None:
    answers(server, text, text)
    with pytest.raises(UnusableAnswer) as raised:
        ask(model, ASK, Points)
    assert raised.value.usage.input_tokens == 2 * INPUT_TOKENS
    assert len(server.calls(CHAT)) == 2


def test_half_an_answer_is_not_repaired_into_a_whole_one(model: ChatModel, server: ScriptedEndpoint) -> None:
    server.command(CHAT, {"do": "answer", "text": '{"points": ["a", "b', "finish": "length"})
    with pytest.raises(PermanentError, match="model_answer_cut"):
        ask(model, ASK, Points)


def test_a_refusal_for_another_reason_stays_one(model: ChatModel, server: ScriptedEndpoint) -> None:
    server.always(CHAT, {"do": "fail", "status": 400})
    with pytest.raises(PermanentError, match="provider_refused_text"):
        ask(model, ASK, Points)
    assert not refused_options.is_refused(model.endpoint, "response_format")
