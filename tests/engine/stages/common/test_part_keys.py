"""What keeps a part, for every stage that has some: a server may move, another model asks again (decision 0052)."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from pytest_django.fixtures import Settings

from tasks_app import stages
from tasks_app.job_types.chat import CHAT as CHAT_KIND
from tasks_app.models import ChatSession, DocumentCheck, Notebook, SlideDeck, Source, Transcription
from tasks_app.models.content.chat import ReadingMode
from tasks_app.registry import Stage
from tasks_app.stages.chat.ask import create_question
from tasks_app.stages.check.model_findings import find_by_model
from tasks_app.stages.documents.chunk import chunk, index
from tasks_app.stages.documents.embed import embed
from tasks_app.stages.documents.summarise import summarise
from tasks_app.stages.minutes.summarise_minutes import summarise_proceedings
from tasks_app.stages.slides.write import write
from tasks_app.stages.transcript.cut import cut
from tasks_app.stages.transcript.fetch_recording import fetch
from tasks_app.stages.transcript.format_transcript import format_transcript
from tasks_app.stages.transcript.stitch import stitch
from tasks_app.stages.transcript.transcribe import transcribe
from tests.engine.providers.scripted_endpoint import CHAT, Handler, ScriptedEndpoint, endpoint
from tests.engine.providers.speech_server import SpeechHandler
from tests.engine.stages.chat import test_chat
from tests.engine.stages.documents.test_chunk import give
from tests.engine.stages.documents.test_summarise import TEXT
from tests.engine.stages.fake_stage_context import FakeStageContext
from tests.engine.stages.minutes import test_summarise_minutes
from tests.engine.stages.slides.test_model import content, outline
from tests.engine.stages.transcript import test_format
from tests.support import tones

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("broker")]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A stage that keeps parts, and how to lay its subject ready; the server answers with `answer`."""

    stage: Stage
    desk: Callable[[Notebook], FakeStageContext]
    answer: Any = None
    handler: type[Handler] = Handler


def _source(notebook: Notebook, text: str = TEXT) -> Source:
    return give(Source.objects.create(notebook=notebook, title="資料", pasted_text="-"), text)


def _summarise(notebook: Notebook) -> FakeStageContext:
    return FakeStageContext(_source(notebook))


def _embed(notebook: Notebook) -> FakeStageContext:
    context = FakeStageContext(_source(notebook))
    context.carry_out(chunk())
    return context


def _findings(notebook: Notebook) -> FakeStageContext:
    check = DocumentCheck.objects.create(
        notebook=notebook, title="計画案", file=ContentFile(b"-", name="a.txt"), categories=["typo"]
    )
    check.document.text = TEXT
    check.document.save()
    return FakeStageContext(check, kind="document_check")


def _proceedings(notebook: Notebook) -> FakeStageContext:
    return FakeStageContext(_source(notebook, test_summarise_minutes.TEXT))


def _slides(notebook: Notebook) -> FakeStageContext:
    deck = SlideDeck.objects.create(notebook=notebook, title="開館時間", source_text=TEXT, target_slides=4)
    deck.outline = outline(1, 2, 3, 4)["slides"]
    deck.save()
    return FakeStageContext(deck, kind="slides")


def _windows(notebook: Notebook) -> FakeStageContext:
    text = TEXT + test_chat.FEES
    index(Source.objects.create(notebook=notebook, title="資料", pasted_text=text).document_id, text)
    session = ChatSession.objects.create(notebook=notebook, owner=notebook.owner)
    question = create_question(session, "粗大ごみの手数料はいくらですか。", by=None, reading=ReadingMode.FULL)
    return test_chat.through(FakeStageContext(question, kind=CHAT_KIND.kind), "retrieve")


def _transcription(notebook: Notebook, file: bytes, name: str, *stages: Stage) -> FakeStageContext:
    context = FakeStageContext(
        Transcription.objects.create(notebook=notebook, title=name, file=ContentFile(file, name=name))
    )
    for stage in stages:
        context.carry_out(stage)
    return FakeStageContext(context.subject)


def _format(notebook: Notebook) -> FakeStageContext:
    return _transcription(notebook, test_format.TEXT.encode(), "a.txt", fetch(), cut(), stitch())


def _transcribe(notebook: Notebook) -> FakeStageContext:
    return _transcription(notebook, tones.wav(tones.speech(20)), "a.wav", fetch(), cut())


answer_stage = CHAT_KIND.stage("answer")
assert answer_stage is not None
CASES = {
    "summarise": Case(stage=summarise(), desk=_summarise),
    "embed": Case(stage=embed(), desk=_embed),
    "findings": Case(stage=find_by_model(), desk=_findings, answer={"findings": []}),
    "proceedings": Case(stage=summarise_proceedings(), desk=_proceedings, answer=test_summarise_minutes.WHOLE),
    "slides": Case(stage=write(), desk=_slides, answer=content("本文")),
    "windows": Case(stage=answer_stage, desk=_windows, answer="手数料は一点につき500円です[5]。"),
    "format": Case(stage=format_transcript(), desk=_format, handler=test_format.Formatter),
    "transcribe": Case(stage=transcribe(), desk=_transcribe, handler=SpeechHandler),
}


@pytest.fixture(autouse=True)
def _small(settings: Settings, tmp_path: Any) -> None:
    """Several parts of a short text."""
    settings.MEDIA_ROOT = str(tmp_path)
    settings.SUMMARY_WINDOW_CHARACTERS = 600
    settings.EMBEDDING_BATCH_SIZE = 4
    settings.CHAT_CONTEXT_TOKENS = 1500
    settings.FORMAT_WINDOW_CHARACTERS = 300
    settings.SEGMENT_SECONDS = 5


@contextmanager
def serving(case: Case, settings: Settings) -> Iterator[ScriptedEndpoint]:
    """A new server, at an address of its own, that all is sent to."""
    with endpoint(case.handler) as running:
        if case.answer is not None:
            text = case.answer if isinstance(case.answer, str) else json.dumps(case.answer, ensure_ascii=False)
            running.always(CHAT, {"do": "answer", "text": text})
        settings.LLM_BASE_URL = settings.EMBEDDING_BASE_URL = settings.WHISPER_SERVER_URL = running.url
        yield running


def named(model: str, settings: Settings) -> None:
    settings.LLM_MODEL = settings.EMBEDDING_MODEL = settings.WHISPER_MODEL = model


def kept(context: FakeStageContext) -> set[str]:
    """Keys of parts; the text that a chat answer has so far is none that is made again."""
    return context.kept.keys() - {"text"}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_server_that_moves_keeps_every_part_and_another_model_none(
    case: Case, notebook: Notebook, settings: Settings
) -> None:
    named("first", settings)
    with serving(case, settings) as server:
        context = case.desk(notebook)
        context.carry_out(case.stage)
        made, inputs, calls = kept(context), case.stage.inputs(context), len(server.asked)
    assert made
    with serving(case, settings) as moved:
        context.carry_out(case.stage)
        assert len(moved.asked) == calls - len(made), "nothing that is kept is asked for again"
        assert (kept(context), case.stage.inputs(context)) == (made, inputs)
        named("another", settings)
        context.carry_out(case.stage)
        assert len(kept(context)) == 2 * len(made), "no part of another model is taken"
        assert case.stage.inputs(context) != inputs


def test_no_other_stage_asks_for_parts_or_reads_the_address_of_a_server() -> None:
    """Anyone who adds one adds a case above; an address in a stage would find its way into a key."""
    texts = [module.read_text("utf-8") for module in Path(stages.__file__).parent.rglob("*.py")]
    assert sum("ResumableMap(" in text for text in texts) == len(CASES)
    assert not [text for text in texts if "base_url" in text]
