"""A readable transcript: by rules without a model, piece by piece with one, and never with other words."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tasks_app.errors import PermanentError, TransientError
from tasks_app.stages.transcript.cut import cut
from tasks_app.stages.transcript.fetch_recording import fetch
from tasks_app.stages.transcript.format_transcript import format_transcript
from tasks_app.stages.transcript.stitch import stitch
from tests.engine.providers.scripted_endpoint import CHAT, Asked, Handler, ScriptedEndpoint, endpoint
from tests.engine.stages.fake_stage_context import FakeStageContext
from tests.engine.stages.transcript.conftest import Uploaded

pytestmark = pytest.mark.django_db
STAGE = format_transcript()
SENTENCE = "えーと第{}号議案について説明しますこれは防災計画の改定です。\n"
TEXT = "".join(SENTENCE.format(number) for number in range(40))


class Formatter(Handler):
    """Writes what it was given with a comma more."""

    def _chat(self, asked: Asked, command: dict[str, str]) -> None:  # type: ignore[override]
        material = asked.text.rpartition("<data ")[2].partition(">\n")[2].partition("\n</data")[0]
        super()._chat(asked, {"text": material.replace("えーと", "").replace("します", "します。"), **command})


@pytest.fixture
def model(settings: Settings) -> Iterator[ScriptedEndpoint]:
    with endpoint(Formatter) as running:
        settings.LLM_BASE_URL, settings.LLM_MODEL = running.url, "writer"
        settings.FORMAT_WINDOW_CHARACTERS = 300
        settings.PROVIDER_TIMEOUT_SECONDS = 5.0
        settings.PROVIDER_CALLS_PER_JOB = 1
        yield running


@pytest.fixture
def stage_context(uploaded: Uploaded) -> FakeStageContext:
    found = FakeStageContext(uploaded(TEXT.encode(), "a.txt"))
    for stage in (fetch(), cut(), stitch()):
        found.carry_out(stage)
    return FakeStageContext(found.subject)


def formatted(stage_context: FakeStageContext) -> str:
    stage_context.subject.document.refresh_from_db()
    assert stage_context.subject.document.text == TEXT, "the text as it was recognised stays"
    return str(stage_context.subject.document.formatted_text)


def test_without_a_model_rules_do_it_and_say_so(stage_context: FakeStageContext) -> None:
    figures = stage_context.carry_out(STAGE)
    assert figures["provider"] == "rules"
    assert formatted(stage_context).replace("\n", "") == TEXT.replace("\n", "")


def test_a_model_formats_a_long_text_piece_by_piece(stage_context: FakeStageContext, model: ScriptedEndpoint) -> None:
    figures = stage_context.carry_out(STAGE)
    text = formatted(stage_context)
    assert (figures["provider"], figures["model"]) == ("model", "writer")
    assert figures["pieces"] == len(model.calls(CHAT)) > 3
    assert [f"第{number}号議案" in text for number in range(40)] == [True] * 40
    assert "えーと" not in text
    assert stage_context.usage.output_tokens > 0


def test_words_that_changed_are_a_failure_and_no_copy(stage_context: FakeStageContext, model: ScriptedEndpoint) -> None:
    model.command(CHAT, {"do": "answer"}, {"do": "answer", "text": "防災計画の説明がありました。"})
    with pytest.raises(TransientError) as failure:
        stage_context.carry_out(STAGE)
    assert failure.value.code == "format_changed_words"
    assert failure.value.details["count"] == 1
    assert formatted(stage_context) == ""
    before = len(model.calls(CHAT))
    stage_context.carry_out(STAGE)
    assert len(model.calls(CHAT)) == before + 1, "pieces that were good are kept"
    assert "第39号議案" in formatted(stage_context)


def test_an_answer_cut_at_the_token_limit_is_a_failure(
    stage_context: FakeStageContext, model: ScriptedEndpoint
) -> None:
    model.command(CHAT, {"do": "answer", "finish": "length"})
    with pytest.raises(PermanentError, match="model_answer_cut"):
        stage_context.carry_out(STAGE)
    assert formatted(stage_context) == ""


def test_the_key_follows_text_and_model(
    stage_context: FakeStageContext, model: ScriptedEndpoint, settings: Settings
) -> None:
    keys = [STAGE.inputs(stage_context)]
    settings.LLM_MODEL = "another"
    keys.append(STAGE.inputs(stage_context))
    settings.LLM_BASE_URL = settings.LLM_MODEL = ""
    keys.append(STAGE.inputs(stage_context))
    assert all(one != other for number, one in enumerate(keys) for other in keys[:number])
