"""Vectors for the chunks of a document: in batches, resumed after a failure, and never for the wrong chunk."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings
from redis import Redis

from tasks_app.errors import PermanentError, TransientError
from tasks_app.models import Chunk, ProviderState, Source
from tasks_app.registry import Skipped
from tasks_app.stages.documents.chunk import chunk
from tasks_app.stages.documents.embed import embed
from tests.engine.providers.scripted_endpoint import DIMENSIONS, EMBEDDINGS, ScriptedEndpoint, endpoint, vector
from tests.engine.stages.documents.test_chunk import give
from tests.engine.stages.fake_stage_context import FakeStageContext

pytestmark = pytest.mark.django_db
TEXT = "".join(f"第{number}号の議案について、市長の見解を伺います。\n" for number in range(60))


@pytest.fixture
def server(broker: Redis, settings: Settings) -> Iterator[ScriptedEndpoint]:
    with endpoint() as running:
        settings.EMBEDDING_BASE_URL = running.url
        settings.EMBEDDING_MODEL = "vectors"
        settings.EMBEDDING_BATCH_SIZE = 4
        settings.PROVIDER_TIMEOUT_SECONDS = 30.0
        settings.CHUNK_CHARACTERS = 60
        settings.PROVIDER_CALLS_PER_JOB = 3
        yield running


@pytest.fixture
def chunked(source: Source, server: ScriptedEndpoint) -> FakeStageContext:
    """A desk with a document of many chunks on it."""
    context = FakeStageContext(give(source, TEXT))
    context.carry_out(chunk())
    context.reports.clear()
    return context


def stored(context: FakeStageContext) -> list[list[float] | None]:
    chunks = Chunk.objects.filter(document_id=context.subject.document_id).order_by("position")
    return [None if one.embedding is None else [float(n) for n in one.embedding] for one in chunks]


def contents(context: FakeStageContext) -> list[str]:
    chunks = Chunk.objects.filter(document_id=context.subject.document_id).order_by("position")
    return list(chunks.values_list("content", flat=True))


def test_without_an_endpoint_it_is_skipped(source: Source) -> None:
    assert isinstance(embed().run(FakeStageContext(give(source, TEXT))), Skipped)


def test_every_chunk_gets_its_own_vector(chunked: FakeStageContext, server: ScriptedEndpoint) -> None:
    figures = chunked.carry_out(embed())
    texts = contents(chunked)
    assert stored(chunked) == [vector(text) for text in texts]
    assert len(texts) > 12
    assert (figures["vectors"], figures["refused"], figures["dimensions"]) == (len(texts), 0, DIMENSIONS)
    assert figures["calls"] == len(server.calls(EMBEDDINGS)) == -(-len(texts) // 4)
    assert chunked.usage.input_tokens == len(texts)
    assert set(Chunk.objects.values_list("embedding_model", flat=True)) == {"vectors"}
    assert chunked.reports[-1] == (figures["calls"], figures["calls"])


def test_batches_go_side_by_side(chunked: FakeStageContext, server: ScriptedEndpoint) -> None:
    chunked.on_check = lambda _count: server.let_go(EMBEDDINGS) if server.most_at_once == 3 else None
    server.hold(EMBEDDINGS)
    chunked.carry_out(embed())
    assert server.most_at_once == 3


def test_a_retry_asks_only_for_what_is_missing(
    chunked: FakeStageContext, server: ScriptedEndpoint, settings: Settings
) -> None:
    settings.PROVIDER_CALLS_PER_JOB = 1
    server.command(EMBEDDINGS, {"do": "answer"}, {"do": "answer"}, {"do": "fail", "status": 500})
    with pytest.raises(TransientError):
        chunked.carry_out(embed())
    assert len(chunked.kept) == 2
    again = FakeStageContext(chunked.subject, kept=chunked.kept)
    again.carry_out(embed())
    batches = -(-len(contents(chunked)) // 4)
    assert len(server.calls(EMBEDDINGS)) == batches + 1
    assert stored(chunked) == [vector(text) for text in contents(chunked)]


def test_one_bad_chunk_does_not_spoil_the_rest(chunked: FakeStageContext, server: ScriptedEndpoint) -> None:
    server.bad_text = "第7号"
    figures = chunked.carry_out(embed())
    expected = [None if "第7号" in text else vector(text) for text in contents(chunked)]
    assert stored(chunked) == expected
    assert figures["refused"] == expected.count(None) > 0
    bad = Chunk.objects.filter(content__contains="第7号")
    assert set(bad.values_list("embedding_model", flat=True)) == {""}


def test_nothing_but_bad_chunks_is_a_failure(source: Source, server: ScriptedEndpoint) -> None:
    server.bad_text = "防災"
    context = FakeStageContext(give(source, "議題は防災計画です。"))
    context.carry_out(chunk())
    with pytest.raises(PermanentError, match="embedding_none"):
        context.carry_out(embed())


def test_batches_of_different_length_are_refused(chunked: FakeStageContext, server: ScriptedEndpoint) -> None:
    server.command(EMBEDDINGS, {"do": "answer", "dimensions": 5})
    with pytest.raises(PermanentError, match="embedding_dimensions"):
        chunked.carry_out(embed())


def test_the_key_changes_with_model_endpoint_and_chunks(
    chunked: FakeStageContext, server: ScriptedEndpoint, settings: Settings
) -> None:
    keys = [embed().inputs(chunked)]
    assert embed().inputs(chunked) == keys[0]
    chunked.carry_out(chunk())
    keys.append(embed().inputs(chunked))
    settings.EMBEDDING_MODEL = "other"
    keys.append(embed().inputs(chunked))
    settings.EMBEDDING_BASE_URL = settings.EMBEDDING_MODEL = ""
    keys.append(embed().inputs(chunked))
    assert all(one != other for number, one in enumerate(keys) for other in keys[:number])


def test_how_it_went_is_noted(chunked: FakeStageContext, server: ScriptedEndpoint) -> None:
    server.command(EMBEDDINGS, {"do": "fail", "status": 500})
    with pytest.raises(TransientError):
        chunked.carry_out(embed())
    state = ProviderState.objects.get(provider="embeddings")
    assert (state.error_code, state.unreachable_since) == ("provider_failed", None)
    assert state.host in state.error_text
    chunked.carry_out(embed())
    state.refresh_from_db()
    assert state.answered_at is not None
    assert state.failed_at is not None
    assert state.answered_at > state.failed_at
