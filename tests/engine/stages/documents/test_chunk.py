from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from tasks_app.errors import PermanentError
from tasks_app.models import Chunk, Source
from tasks_app.stages.documents.chunk import chunk
from tasks_app.stages.documents.embed import embed
from tasks_app.stages.documents.format import format_text
from tasks_app.text.japanese import bigrams
from tests.engine.stages.fake_stage_context import FakeStageContext

pytestmark = pytest.mark.django_db


def give(source: Source, text: str, **columns: Any) -> Source:
    """The source with an extracted text."""
    for name, value in {"text": text, "text_digest": f"digest of {text[:20]}", **columns}.items():
        setattr(source.document, name, value)
    source.document.save()
    return source


def carry_out(source: Source) -> Mapping[str, Any]:
    return FakeStageContext(source).carry_out(chunk())


def found(source: Source, words: str) -> list[int]:
    rows = source.document.chunks.extra(where=["search @@ %s::tsquery"], params=[bigrams.query(words)])
    return [row.position for row in rows]


def test_chunks_reproduce_the_text_and_are_found(source: Source, settings: Settings) -> None:
    settings.CHUNK_CHARACTERS = 40
    text = "通学路の安全対策について伺います。" * 5 + "\n図書館に鯨の本を置く。\n" + "予算を可決しました。" * 5
    figures = carry_out(give(source, text, pages=[[1, 0, 86], [2, 86, len(text)]], headings=[[86, 1, "鯨" * 600]]))
    chunks = list(source.document.chunks.all())
    assert "".join(row.content for row in chunks) == text
    assert all(text[row.start : row.end] == row.content for row in chunks)
    assert figures == {"chunks": len(chunks), "characters": len(text)}
    assert {row.page for row in chunks} == {1, 2}
    assert [chunks[position].content.count("鯨") for position in found(source, "鯨")] == [1]
    assert found(source, "図書館")
    assert not found(source, "体育館")


def test_saving_twice_leaves_one_set_and_other_documents_alone(source: Source) -> None:
    other = give(Source.objects.create(notebook=source.notebook, title="別", pasted_text="別"), "別の本文。")
    carry_out(other)
    for _ in range(2):
        carry_out(give(source, "議題は防災計画です。"))
    assert Chunk.objects.filter(document=source.document).count() == 1
    assert Chunk.objects.filter(document=other.document).count() == 1


@pytest.mark.parametrize("text", ["", " \n　"])
@pytest.mark.parametrize("stage", [chunk(), format_text()])
def test_blank_text_fails_for_good(source: Source, text: str, stage: Any) -> None:
    with pytest.raises(PermanentError) as refusal:
        FakeStageContext(give(source, text)).carry_out(stage)
    assert refusal.value.code == "no_text"


def test_thousands_of_chunks_take_few_statements(source: Source, settings: Settings) -> None:
    settings.CHUNK_CHARACTERS = 20
    give(source, "市長の見解を伺います。\n" * 3000)
    carry_out(source)
    with CaptureQueriesContext(connection) as statements:
        figures = carry_out(source)
    assert figures["chunks"] >= 3000
    assert len(statements) < 15


def test_strange_text_is_indexed(source: Source) -> None:
    carry_out(give(source, "'\\':*&|! \ufdfa " + "x" * 5000 + "🐋が👨‍👩‍👧来た か\u3099"))
    assert found(source, "来た")


def test_the_key_follows_text_and_size(source: Source, settings: Settings) -> None:
    give(source, "甲")
    first = chunk().inputs(FakeStageContext(source))
    settings.CHUNK_CHARACTERS = 7
    second = chunk().inputs(FakeStageContext(source))
    third = chunk().inputs(FakeStageContext(give(source, "乙")))
    assert first != second != third


def test_embedding_is_skipped_and_says_why(source: Source) -> None:
    skipped = embed().run(FakeStageContext(source))
    assert "embedding service" in skipped.reason_id


def test_formatted_text_is_stored(source: Source) -> None:
    figures = FakeStageContext(give(source, "一つ目。\r\n\r\n\r\n\r\n二つ目。")).carry_out(format_text())
    source.document.refresh_from_db()
    assert source.document.formatted_text == "一つ目。\n\n二つ目。"
    assert figures == {"characters": 10}
