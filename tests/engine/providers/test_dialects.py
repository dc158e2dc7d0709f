"""Servers that answer otherwise than the textbook: the work is done where it can be, else explained."""

from time import process_time
from typing import Any

import pytest
from pydantic import BaseModel

from tasks_app.errors import SERVER_SAID, JobError, PermanentError, TransientError
from tasks_app.providers.dialects.event_stream import DONE, events
from tasks_app.providers.dialects.server_words import words_of
from tasks_app.providers.dialects.thoughts import spoken
from tasks_app.providers.llm import ChatModel, Message
from tasks_app.providers.structured import ask
from tests.engine.providers.scripted_endpoint import CHAT, ScriptedEndpoint

SECRET = "市長の極秘の発言"
ASK = [Message(role="user", content=SECRET)]
SAID = "可決された。"
END = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}


class Topics(BaseModel):
    points: list[str]


def delta(content: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": content}}]}


def message(content: Any, **rest: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "message": {"content": content}, "finish_reason": "stop"}], **rest}


@pytest.mark.parametrize(
    "sent",
    [
        [None, delta(SAID), END],
        [{"choices": [{"index": 0, "delta": None}]}, delta(SAID), END],
        [{"choices": None}, delta(SAID), END, {"choices": None, "usage": None}],
        [{"choices": []}, delta(SAID), {"choices": [None]}, END],
        [{}, [], "ping", 0, delta(SAID), END],
        [delta(None), delta([{"type": "text", "text": SAID}]), END],
        [delta(SAID), {**END, "usage": {"prompt_tokens": None, "completion_tokens": "many"}}],
        [{"choices": [{"delta": {"content": SAID}, "finish_reason": "stop"}], "usage": None}],
        [delta("<think>まず"), delta("考える</think>\n"), delta(SAID), END],
        [delta("まず考える</think>"), delta(SAID), END],
        [message(SAID)],
    ],
)
def test_odd_streams_are_read(model: ChatModel, server: ScriptedEndpoint, sent: list[Any]) -> None:
    server.command(CHAT, {"do": "events", "sent": sent})
    streaming = model.stream(ASK)
    assert spoken("".join(streaming)) == SAID
    assert streaming.completion is not None
    assert streaming.completion.text == SAID


def test_a_stream_is_whole_that_ends_with_done_or_a_reason(model: ChatModel, server: ScriptedEndpoint) -> None:
    server.command(
        CHAT,
        {"do": "events", "sent": [delta(SAID)], "whole": True},
        {"do": "send", "body": message(SAID)},
        {"do": "events", "sent": [delta(SAID)]},
    )
    assert list(model.stream(ASK)) == [SAID]
    assert list(model.stream(ASK)) == [SAID], "the server does not stream"
    with pytest.raises(TransientError, match="provider_connection_lost"):
        list(model.stream(ASK))


@pytest.mark.parametrize(
    "body",
    [
        message(SAID, usage=None),
        message(SAID, usage={"prompt_tokens": None}),
        message([{"type": "text", "text": "可決"}, {"type": "thinking", "thinking": []}, {"text": "された。"}]),
        message(f"<thinking>まず</thinking>{SAID}"),
        message(f"まず考える\n</think>\n\n{SAID}"),
        message(f"<think></think>{SAID}"),
        {"choices": [{"message": {"content": SAID}}]},
    ],
)
def test_odd_answers_are_read(model: ChatModel, server: ScriptedEndpoint, body: Any) -> None:
    server.command(CHAT, {"do": "send", "body": body})
    assert model.complete(ASK).text == SAID


@pytest.mark.parametrize("body", [{}, {"choices": None}, {"choices": []}, {"choices": [None]}, None, [], "no", 7])
def test_no_answer_at_all_is_said_to_be_none(model: ChatModel, server: ScriptedEndpoint, body: Any) -> None:
    server.command(CHAT, {"do": "send", "body": body})
    with pytest.raises(TransientError, match="provider_wrong_answer"):
        model.complete(ASK)


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ({"error": {"message": "GPU 3 fell off"}}, "provider_failed", "GPU 3 fell off"),
        ({"error": "model is loading"}, "provider_failed", "model is loading"),
        ({"object": "error", "message": "engine died", "code": 500}, "provider_failed", "engine died"),
        ({"error": {"message": "slow down", "code": 429}}, "provider_limiting", "slow down"),
        ({"error": {"code": "context_length_exceeded", "message": ""}}, "provider_text_too_large", ""),
        ({"error": {"message": f"bad: {SECRET}, key-1, sk-abcdef123"}}, "provider_failed", "bad: …, …, …"),
    ],
)
def test_errors_inside_a_success(model: ChatModel, server: ScriptedEndpoint, body: Any, code: str, said: str) -> None:
    server.command(CHAT, {"do": "send", "body": body}, {"do": "events", "sent": [delta("可"), body]})
    for call in (lambda: model.complete(ASK), lambda: list(model.stream(ASK))):
        with pytest.raises(JobError) as raised:
            call()
        assert raised.value.code == code
        assert raised.value.details.get(SERVER_SAID, "") == said
        assert str(raised.value)


def test_an_error_beside_an_answer_is_none_and_one_at_the_end_is(model: ChatModel, server: ScriptedEndpoint) -> None:
    server.command(CHAT, {"do": "send", "body": message(SAID, error={"code": 0, "message": "ok"})})
    assert model.complete(ASK).text == SAID
    broken = {"choices": [{"delta": {"content": ""}, "finish_reason": "error"}]}
    server.command(
        CHAT,
        {"do": "events", "sent": [delta("可"), {**broken, "error": {"message": "GPU lost"}}]},
        {"do": "events", "sent": [delta("可"), broken], "whole": True},
    )
    for _time in range(2):
        with pytest.raises(TransientError, match="provider_failed"):
            list(model.stream(ASK))
    cut = {"choices": [{"message": {"content": "可"}, "finish_reason": "MAX_TOKENS"}]}
    server.command(CHAT, {"do": "send", "body": cut})
    with pytest.raises(PermanentError, match="model_answer_cut"):
        model.complete(ASK)


def test_what_a_server_says_is_bounded_and_quotes_nothing() -> None:
    sent = "The mayor will resign in March. 氏名は山田花子です。"
    words = words_of({"error": {"message": f"Invalid input 'The mayor will resign' 山田花子 {'x' * 500}\n\x00"}})
    said = words.presentable(sent, "")
    assert "mayor" not in said
    assert "山田" not in said
    assert said.startswith("Invalid input")
    assert len(said) <= 201
    assert words_of("<html>Bad gateway</html>").presentable("", "") == ""
    assert words_of({"detail": [{"loc": ["body", "n"], "msg": "no"}]}).presentable("", "") == "body.n: no"
    assert words_of("Incorrect API key provided: sk-proj-***abcd").presentable("", "") == "Incorrect API … …"


@pytest.mark.parametrize(
    "said",
    [
        "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens",
        "the request exceeds the available context size. try increasing the context size",
        "prompt is too long: 210000 tokens > 200000 maximum",
        "The number of tokens to keep from the initial prompt is greater than the context length",
        "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096: too many tokens",
    ],
)
def test_a_context_that_is_too_short_is_recognised(said: str) -> None:
    assert words_of({"error": {"message": said}}).says_too_long


def test_an_option_that_is_refused_is_left_out_and_remembered(model: ChatModel, server: ScriptedEndpoint) -> None:
    server.refuses = {"stream_options": 422}
    for _time in range(2):
        assert "".join(model.stream(ASK))
    assert [("stream_options" in call.body, "stream" in call.body) for call in server.calls(CHAT)] == [
        (True, True),
        (False, True),
        (False, True),
    ]


def test_a_stream_is_refused_for_what_it_says_not_for_its_options(model: ChatModel, server: ScriptedEndpoint) -> None:
    server.always(CHAT, {"do": "fail", "status": 400})
    with pytest.raises(PermanentError, match="provider_refused_text"):
        list(model.stream(ASK))
    server.always(CHAT, {"do": "answer"})
    list(model.stream(ASK))
    assert "stream_options" in server.calls(CHAT)[-1].body


@pytest.mark.parametrize("status", [400, 422, 500])
def test_a_server_that_fails_over_a_schema_is_told_in_words(
    model: ChatModel, server: ScriptedEndpoint, status: int
) -> None:
    server.refuses = {"response_format": status}
    server.always(CHAT, {"do": "answer", "text": '{"points": ["予算"]}'})
    assert ask(model, ASK, Topics).native is False
    ask(model, ASK, Topics)
    assert ["response_format" in call.body for call in server.calls(CHAT)] == [True, False, False]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_events_come_whole_however_the_body_is_cut(size: int) -> None:
    body = '\n: ping\r\nevent: x\r\ndata: {"a":"\u2028\u0085"}\r\n\r\ndata:{"b":\rdata:1}\r\rdata: [DONE]\n\n'.encode()
    blocks = [body[start : start + size] for start in range(0, len(body), size)]
    assert list(events(blocks)) == [{"a": "\u2028\u0085"}, {"b": 1}, DONE]


@pytest.mark.parametrize("text", [" \n" * 50_000, "<think>" * 20_000, "</" * 50_000, " " * 50_000 + "</think>はい"])
def test_thoughts_are_found_in_time_that_grows_with_the_text(text: str) -> None:
    started = process_time()
    spoken(text)
    assert process_time() - started < 2


def test_json_that_is_nested_too_deeply_is_no_answer(model: ChatModel, server: ScriptedEndpoint) -> None:
    with pytest.raises(ValueError, match="recursion"):
        list(events([b"[" * 100_000]))
    server.always(CHAT, {"do": "answer", "text": "[" * 100_000})
    with pytest.raises(PermanentError, match="model_answer_unusable"):
        ask(model, ASK, Topics)
