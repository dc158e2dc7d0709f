"""The chat model against a server that answers well, badly, or not at all."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from launcher.servers.ports import any_free
from tasks_app.errors import JobError, PermanentError, Release, TransientError
from tasks_app.providers import clients
from tasks_app.providers.llm import ChatModel, Message
from tasks_app.providers.provider_errors import MAX_RETRY_AFTER, BilledError, retry_after
from tests.engine.providers.scripted_endpoint import CHAT, INPUT_TOKENS, OUTPUT_TOKENS, SUMMARY, ScriptedEndpoint

SECRET = "市長の極秘の発言"
ASK = [Message(role="user", content=SECRET)]


def refusal(model: ChatModel) -> JobError:
    with pytest.raises(JobError) as raised:
        model.complete(ASK)
    assert SECRET not in f"{raised.value} {raised.value.details}"
    assert "key-1" not in f"{raised.value} {raised.value.details}"
    return raised.value


def test_an_answer_with_what_it_cost(model: ChatModel, server: ScriptedEndpoint, settings: Settings) -> None:
    settings.PROVIDER_PRICES = {"writer": [2.0, 10.0]}
    completion = model.complete(ASK)
    assert (completion.text, completion.model) == (SUMMARY, "writer")
    assert (completion.usage.input_tokens, completion.usage.output_tokens) == (INPUT_TOKENS, OUTPUT_TOKENS)
    assert completion.usage.cost == pytest.approx((INPUT_TOKENS * 2 + OUTPUT_TOKENS * 10) / 1_000_000)
    assert completion.seconds > 0
    (asked,) = server.calls(CHAT)
    assert asked.text == SECRET
    assert asked.headers["authorization"] == "Bearer key-1"
    assert "response_format" not in asked.body


@pytest.mark.parametrize(
    ("command", "kind", "code"),
    [
        ({"do": "fail", "status": 500}, TransientError, "provider_failed"),
        ({"do": "fail", "status": 503}, TransientError, "provider_failed"),
        ({"do": "fail", "status": 401}, PermanentError, "provider_key_refused"),
        ({"do": "fail", "status": 403}, PermanentError, "provider_forbidden"),
        ({"do": "fail", "status": 404}, PermanentError, "provider_not_found"),
        ({"do": "fail", "status": 400}, PermanentError, "provider_refused_text"),
        ({"do": "fail", "status": 422}, PermanentError, "provider_refused_text"),
        ({"do": "fail", "status": 413}, PermanentError, "provider_text_too_large"),
        ({"do": "fail", "status": 429, "code": "insufficient_quota"}, PermanentError, "provider_no_credit"),
        ({"do": "limit"}, Release, "provider_limiting"),
        ({"do": "drop"}, TransientError, "provider_connection_lost"),
        ({"do": "wrong_json"}, TransientError, "provider_wrong_answer"),
        ({"do": "html"}, TransientError, "provider_wrong_answer"),
        ({"do": "redirect", "to": "http://127.0.0.1:9/elsewhere"}, PermanentError, "provider_moved"),
        ({"do": "answer", "finish": "length"}, BilledError, "model_answer_cut"),
        ({"do": "answer", "finish": "content_filter"}, BilledError, "model_refused"),
    ],
)
def test_every_way_to_go_wrong(
    model: ChatModel, server: ScriptedEndpoint, command: dict[str, Any], kind: type[JobError], code: str
) -> None:
    server.command(CHAT, command)
    error = refusal(model)
    assert (type(error), error.code) == (kind, code)
    assert len(server.calls(CHAT)) == 1, "nobody but the engine tries again"
    assert str(error), "the message can be filled in"


def test_what_an_answer_that_was_cut_has_cost_is_known(model: ChatModel, server: ScriptedEndpoint) -> None:
    server.command(CHAT, {"do": "answer", "finish": "length"})
    error = refusal(model)
    assert isinstance(error, BilledError)
    assert error.usage.output_tokens == OUTPUT_TOKENS


def test_thoughts_are_no_part_of_the_answer(model: ChatModel, server: ScriptedEndpoint) -> None:
    server.command(CHAT, {"do": "answer", "text": "<think>まず\n考える</think>\n\n可決された。"})
    assert model.complete(ASK).text == "可決された。"


def test_a_vendors_code_is_told_but_not_its_words(model: ChatModel, server: ScriptedEndpoint) -> None:
    server.command(CHAT, {"do": "fail", "status": 400, "code": "unsupported_value"})
    assert "unsupported_value" in str(refusal(model))
    server.command(CHAT, {"do": "fail", "status": 400, "code": f"bad text: {SECRET}"})
    refusal(model)


def test_a_server_that_hangs_is_left_after_the_time_limit(
    model: ChatModel, server: ScriptedEndpoint, settings: Settings
) -> None:
    settings.PROVIDER_TIMEOUT_SECONDS = 0.3
    server.hold(CHAT)
    assert refusal(model).code == "provider_timeout"


def test_a_server_that_drips_is_left_after_the_time_limit(
    model: ChatModel, server: ScriptedEndpoint, settings: Settings
) -> None:
    settings.PROVIDER_TIMEOUT_SECONDS = 0.4
    server.command(CHAT, {"do": "drip"})
    assert refusal(model).code == "provider_timeout"


def test_nobody_listens(model: ChatModel) -> None:
    away = replace(model, endpoint=replace(model.endpoint, base_url=f"http://127.0.0.1:{any_free()}/v1"))
    error = refusal(away)
    assert (type(error), error.code) == (Release, "provider_unreachable")


def test_a_limit_says_how_long_to_wait(model: ChatModel, server: ScriptedEndpoint) -> None:
    server.command(CHAT, {"do": "limit", "seconds": 7})
    error = refusal(model)
    assert isinstance(error, Release)
    assert error.delay == 7


@pytest.mark.parametrize(
    ("wish", "seconds"),
    [
        ("0", 0),
        ("2.5", 2.5),
        ("-3", 0),
        ("1e9", MAX_RETRY_AFTER),
        ("nan", None),
        ("inf", None),
        ("soon", None),
        ("", None),
    ],
)
def test_wishes(wish: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": wish}) == seconds


def test_a_wish_may_be_a_date() -> None:
    wish = retry_after({"retry-after": format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)})
    assert wish is not None
    assert 50 < wish <= 60


def test_a_stream_comes_piece_by_piece(model: ChatModel, server: ScriptedEndpoint) -> None:
    streaming = model.stream(ASK)
    assert list(streaming) == list(SUMMARY)
    assert streaming.completion is not None
    assert streaming.completion.text == SUMMARY
    assert streaming.completion.usage.output_tokens == OUTPUT_TOKENS


@pytest.mark.parametrize("command", [{"do": "half"}, {"do": "quiet_half"}])
def test_half_a_stream_is_no_answer(model: ChatModel, server: ScriptedEndpoint, command: dict[str, Any]) -> None:
    server.command(CHAT, command)
    streaming = model.stream(ASK)
    pieces: list[str] = []
    with pytest.raises(TransientError) as raised:
        pieces.extend(streaming)
    assert raised.value.code == "provider_connection_lost"
    assert streaming.completion is None


def test_a_stream_that_was_refused(model: ChatModel, server: ScriptedEndpoint) -> None:
    server.command(CHAT, {"do": "fail", "status": 401}, {"do": "answer", "finish": "length"})
    with pytest.raises(PermanentError, match="provider_key_refused"):
        list(model.stream(ASK))
    with pytest.raises(PermanentError, match="model_answer_cut"):
        list(model.stream(ASK))


def test_one_client_per_process_and_endpoint(model: ChatModel) -> None:
    assert clients.client(model.endpoint) is clients.client(model.endpoint)
    assert (os.getpid(), model.endpoint) in clients._clients
    assert "key-1" not in repr(model)
