"""Vectors in the order of the texts, and servers that lie about them."""

from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tasks_app.errors import JobError, PermanentError, Release, TransientError
from tasks_app.providers.embeddings import Embedder
from tests.engine.providers.scripted_endpoint import DIMENSIONS, EMBEDDINGS, ScriptedEndpoint, vector

TEXTS = [f"{number}番目の文章" + "。" * number for number in range(16)]


def test_each_text_gets_its_own(embedder: Embedder, server: ScriptedEndpoint) -> None:
    made = embedder.embed(TEXTS)
    assert made.vectors == [vector(text) for text in TEXTS]
    assert made.usage.input_tokens == len(TEXTS)
    assert server.calls(EMBEDDINGS)[0].headers["authorization"] == "Bearer key-2"


@pytest.mark.parametrize(
    "command",
    [
        {"indexes": [{}] + [{"index": number} for number in range(1, 16)]},
        {"indexes": [{}] * 16},
        {"indexes": [{"index": 0}] * 16},
        {"indexes": [{"index": None}] * 16},
        {"indexes": [{"index": "first"}, {"index": {}}] * 8},
        {"indexes": [{"index": number} for number in range(1, 17)]},
        {"encoded": True},
        {"usage": None},
        {"usage": {"prompt_tokens": None}},
    ],
)
def test_servers_that_answer_otherwise(embedder: Embedder, server: ScriptedEndpoint, command: dict[str, Any]) -> None:
    server.command(EMBEDDINGS, {"do": "answer", **command})
    assert embedder.embed(TEXTS).vectors == [vector(text) for text in TEXTS]


def test_an_error_inside_a_success(embedder: Embedder, server: ScriptedEndpoint) -> None:
    server.command(
        EMBEDDINGS,
        {"do": "send", "body": {"error": {"message": "out of memory"}}},
        {"do": "send", "body": {"data": [{"embedding": "AAA"}]}},
        {"do": "send", "body": {"data": [{"embedding": "&"}]}},
    )
    with pytest.raises(TransientError, match="provider_failed"):
        embedder.embed(TEXTS)
    for _time in range(2):
        with pytest.raises(TransientError, match="provider_wrong_answer"):
            embedder.embed(TEXTS[:1])


@pytest.mark.parametrize("place", [0, 7, 15])
def test_one_bad_text_is_left_out_alone(embedder: Embedder, server: ScriptedEndpoint, place: int) -> None:
    texts = [*TEXTS]
    texts[place] = server.bad_text = "不正"
    made = embedder.embed(texts)
    assert made.vectors == [None if text == "不正" else vector(text) for text in texts]
    assert len(server.calls(EMBEDDINGS)) <= 2 + 2 * 4, "found by halves, not one by one"


def test_a_server_that_refuses_everything_is_not_searched_for_bad_texts(
    embedder: Embedder, server: ScriptedEndpoint
) -> None:
    server.always(EMBEDDINGS, {"do": "fail", "status": 400})
    with pytest.raises(PermanentError, match="provider_refused_text"):
        embedder.embed(TEXTS)
    assert len(server.calls(EMBEDDINGS)) == 2


@pytest.mark.parametrize(
    ("command", "kind", "code"),
    [
        ({"do": "answer", "short_by": 1}, TransientError, "provider_wrong_answer"),
        ({"do": "answer", "values": [0.0] * DIMENSIONS}, TransientError, "provider_wrong_answer"),
        ({"do": "answer", "values": []}, TransientError, "provider_wrong_answer"),
        ({"do": "answer", "dimensions": DIMENSIONS + 1}, PermanentError, "embedding_dimensions"),
        ({"do": "wrong_json"}, TransientError, "provider_wrong_answer"),
        ({"do": "limit", "seconds": 1}, Release, "provider_limiting"),
        ({"do": "fail", "status": 500}, TransientError, "provider_failed"),
        ({"do": "fail", "status": 404}, PermanentError, "provider_not_found"),
    ],
)
def test_lies_are_found_out(
    embedder: Embedder,
    server: ScriptedEndpoint,
    settings: Settings,
    command: dict[str, Any],
    kind: type[JobError],
    code: str,
) -> None:
    settings.EMBEDDING_DIMENSIONS = DIMENSIONS
    server.command(EMBEDDINGS, command)
    with pytest.raises(kind) as raised:
        embedder.embed(TEXTS)
    assert raised.value.code == code
    assert str(raised.value)


def test_a_vector_longer_than_can_be_stored(embedder: Embedder, server: ScriptedEndpoint) -> None:
    server.command(EMBEDDINGS, {"do": "answer", "dimensions": 16_001})
    with pytest.raises(PermanentError, match="embedding_dimensions"):
        embedder.embed(TEXTS[:1])
