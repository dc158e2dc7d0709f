"""A valid answer that is wanting is sent back once, with what is wrong."""

import json
from collections.abc import Iterator

import pytest
from pydantic import BaseModel
from pytest_django.fixtures import Settings
from redis import Redis

from tasks_app.providers.endpoint import chat_model
from tasks_app.providers.llm import ChatModel, Message
from tasks_app.providers.structured import ask
from tests.engine.providers.scripted_endpoint import CHAT, INPUT_TOKENS, ScriptedEndpoint, endpoint


class Count(BaseModel):
    number: int


@pytest.fixture
def server(broker: Redis, settings: Settings) -> Iterator[ScriptedEndpoint]:
    with endpoint() as running:
        settings.LLM_BASE_URL, settings.LLM_MODEL = running.url, "writer"
        settings.PROVIDER_TIMEOUT_SECONDS = 30.0
        yield running


def objection(count: Count) -> str:
    return "" if count.number == 10 else f"It was {count.number}, not 10."


def answer() -> tuple[int, int]:
    """The number, and the tokens it cost."""
    model = chat_model()
    assert model is not None
    given = ask(ChatModel(endpoint=model), [Message(role="user", content="?")], Count, objection)
    return given.value.number, given.usage.input_tokens


@pytest.mark.parametrize(
    ("answers", "number", "calls"), [(["10"], 10, 1), (["3", "10"], 10, 2), (["3", "4"], 4, 2), (["3", "x"], 3, 2)]
)
def test_an_objection_is_heard_once(server: ScriptedEndpoint, answers: list[str], number: int, calls: int) -> None:
    texts = [json.dumps({"number": int(one)}) if one.isdecimal() else one for one in answers]
    server.command(CHAT, *[{"do": "answer", "text": text} for text in texts])
    assert answer() == (number, calls * INPUT_TOKENS)
    assert len(server.calls(CHAT)) == calls
    if calls == 2:
        assert "It was 3, not 10." in server.calls(CHAT)[1].text
