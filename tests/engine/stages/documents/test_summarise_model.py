"""Summaries by a model: windows side by side, and only what is missing asked for again."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings
from redis import Redis

from tasks_app.errors import TransientError
from tasks_app.models import PromptOverride, Source
from tasks_app.stages.documents.summarise import summarise
from tests.engine.providers.scripted_endpoint import CHAT, INPUT_TOKENS, SUMMARY, ScriptedEndpoint, endpoint
from tests.engine.stages.documents.test_chunk import give
from tests.engine.stages.documents.test_summarise import TEXT
from tests.engine.stages.fake_stage_context import FakeStageContext

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(broker: Redis, settings: Settings) -> Iterator[ScriptedEndpoint]:
    with endpoint() as running:
        settings.LLM_BASE_URL, settings.LLM_MODEL = running.url, "writer"
        settings.SUMMARY_WINDOW_CHARACTERS = 600
        settings.PROVIDER_TIMEOUT_SECONDS = 30.0
        settings.PROVIDER_CALLS_PER_JOB = 3
        yield running


def test_windows_go_side_by_side(source: Source, server: ScriptedEndpoint) -> None:
    context = FakeStageContext(give(source, TEXT))
    context.on_check = lambda _count: server.let_go(CHAT) if server.most_at_once == 3 else None
    server.hold(CHAT)
    figures = context.carry_out(summarise())
    assert server.most_at_once == 3
    assert figures["calls"] == len(server.calls(CHAT)) > figures["windows"] > 3
    assert context.usage.input_tokens == figures["calls"] * INPUT_TOKENS
    source.document.refresh_from_db()
    assert source.document.summary == SUMMARY


def test_a_failure_costs_only_the_window_that_failed(source: Source, server: ScriptedEndpoint) -> None:
    server.command(CHAT, {"do": "answer"}, {"do": "fail", "status": 502})
    server.hold(CHAT, after=2)
    context = FakeStageContext(give(source, TEXT))
    below: list[int] = []

    def let_go_once_the_failure_is_known(_count: int) -> None:
        if len(server.calls(CHAT)) >= 3 > server.at_once:
            below.append(server.at_once)
        if len(below) == 10:
            server.let_go(CHAT)

    context.on_check = let_go_once_the_failure_is_known
    with pytest.raises(TransientError):
        context.carry_out(summarise())
    before = len(server.calls(CHAT))
    assert before <= 4, "no call was begun after the failure"
    assert len(context.kept) == before - 1
    again = FakeStageContext(source, kept=context.kept)
    figures = again.carry_out(summarise())
    assert len(server.calls(CHAT)) - before == figures["calls"] < figures["windows"] + 1


def test_what_staff_wrote_is_what_the_model_is_told(source: Source, server: ScriptedEndpoint) -> None:
    PromptOverride.objects.create(prompt="source/summarise", language="ja", text="短く（$characters字）：\n$document")
    FakeStageContext(give(source, "議題は防災計画です。")).carry_out(summarise())
    told = server.calls(CHAT)[0].text
    assert "短く（800字）：" in told
    assert "議題は防災計画です。" in told


def test_a_prompt_of_staff_that_no_longer_fits_is_told(source: Source, server: ScriptedEndpoint) -> None:
    PromptOverride.objects.create(prompt="source/summarise", language="ja", text="$document $tone")
    with pytest.raises(Exception, match="prompt_unfit"):
        FakeStageContext(give(source, "議題は防災計画です。")).carry_out(summarise())
    assert not server.asked
