"""A model whose context is shorter than the settings assume: work is done in smaller pieces, or says what to set."""

from collections.abc import Iterator

import pytest
from pydantic import BaseModel, Field
from pytest_django.fixtures import Settings
from redis import Redis

from tasks_app.errors import PermanentError
from tasks_app.models import Source
from tasks_app.prompts import Data, default
from tasks_app.providers.endpoint import Endpoint, chat_model
from tasks_app.stages.common.halving import shrinking
from tasks_app.stages.common.prompts import window_request
from tasks_app.stages.documents.summarise import summarise
from tests.engine.providers.scripted_endpoint import CHAT, ScriptedEndpoint, endpoint
from tests.engine.stages.documents.test_chunk import give
from tests.engine.stages.documents.test_summarise import TEXT
from tests.engine.stages.fake_stage_context import FakeStageContext

pytestmark = pytest.mark.django_db


class Found(BaseModel):
    points: list[str] = Field(max_length=5)


@pytest.fixture
def server(broker: Redis, settings: Settings) -> Iterator[ScriptedEndpoint]:
    with endpoint() as running:
        settings.LLM_BASE_URL, settings.LLM_MODEL = running.url, "writer"
        settings.SUMMARY_WINDOW_CHARACTERS = 6000
        settings.PROVIDER_TIMEOUT_SECONDS = 30.0
        yield running


def model() -> Endpoint:
    found = chat_model()
    assert found is not None
    return found


def test_a_text_that_is_too_long_is_read_by_halves(source: Source, server: ScriptedEndpoint) -> None:
    server.context = 2000
    figures = FakeStageContext(give(source, TEXT)).carry_out(summarise())
    assert figures["coverage"] == len(TEXT)
    read = "".join(call.text for call in server.calls(CHAT) if len(call.text) <= server.context)
    assert all(sentence in read for sentence in TEXT.split("\n") if sentence)


def test_what_is_too_long_even_then_names_the_setting(source: Source, server: ScriptedEndpoint) -> None:
    server.context = 100
    with pytest.raises(PermanentError, match="model_context_too_short") as raised:
        FakeStageContext(give(source, TEXT)).carry_out(summarise())
    assert "SUMMARY_WINDOW_CHARACTERS" in str(raised.value)


def test_answers_about_halves_are_joined(server: ScriptedEndpoint) -> None:
    prompt = default("source/summarise", "en")
    text = "予算を可決した。" * 150
    server.always(CHAT, {"do": "answer", "text": '{"points": ["a", "b", "c"]}'})
    request = window_request(model(), lambda text: prompt.render(document=Data(text), characters=9), Found, text)
    request.call()
    server.context = len(server.calls(CHAT)[0].text) - len(text) // 3
    answer = request.call()
    assert request.keep(answer) == {"points": ["a", "b", "c", "a", "b"]}
    assert answer.usage.input_tokens == 200


def test_a_text_whose_answer_is_cut_is_read_by_halves_too(source: Source, server: ScriptedEndpoint) -> None:
    server.command(CHAT, {"do": "answer", "finish": "length"})
    context = FakeStageContext(give(source, "予算を可決した。" * 100))
    assert context.carry_out(summarise())["coverage"] == 800
    assert len(server.calls(CHAT)) == 3
    assert context.usage.input_tokens == 300, "what was cut is paid for too"
    server.always(CHAT, {"do": "answer", "finish": "length"})
    with pytest.raises(PermanentError, match="model_answer_cut"):
        FakeStageContext(give(source, "予算を否決した。" * 100)).carry_out(summarise())


def test_less_is_given_until_it_fits() -> None:
    def ask(size: int) -> int:
        if size > 700:
            raise PermanentError("provider_text_too_large", "%(model)s %(host)s", model="m", host="h")
        return size

    assert shrinking(ask, 5000, 500) == 625
    with pytest.raises(PermanentError, match="model_context_too_short"):
        shrinking(ask, 5000, 800)
