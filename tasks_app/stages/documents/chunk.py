"""The stage that cuts a text into chunks and makes them searchable."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.search import SearchVectorField
from django.db.models import TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from tasks_app.models import Chunk, Document
from tasks_app.registry import Stage, StageContext, StageFacts
from tasks_app.stages.common.document_access import DocumentAccessor, own_document, text_digest, text_of
from tasks_app.text.documents import chunking
from tasks_app.text.documents.formatting import formatted
from tasks_app.text.japanese import bigrams

ROWS_PER_STATEMENT = 500


@dataclass(frozen=True)
class Entry:
    """A chunk as it will be stored; `vector` is a `tsvector` literal."""

    piece: chunking.ChunkSpan
    content: str
    vector: str


def chunk(place: DocumentAccessor = own_document) -> Stage:
    """`place` locates a subject's text."""

    def inputs(facts: StageFacts) -> Mapping[str, Any]:
        return {"text": text_digest(place(facts.subject)), "characters": settings.CHUNK_CHARACTERS}

    def run(context: StageContext) -> list[Entry]:
        document_id = place(context.subject)
        text = text_of(document_id)
        pages, headings = Document.objects.values_list("pages", "headings").get(pk=document_id)
        entries = []
        for entry in _entries(text, pages, headings):
            context.check()
            entries.append(entry)
        return entries

    def save(context: StageContext, entries: Sequence[Entry]) -> Mapping[str, Any]:
        _store(place(context.subject), entries)
        return {"chunks": len(entries), "characters": sum(len(entry.content) for entry in entries)}

    return Stage(name="chunk", label=_("Chunk and index"), inputs=inputs, run=run, save=save)


def index(document_id: UUID, text: str) -> None:
    """Give a document a plain text that needs no extracting, formatted and cut into searchable chunks."""
    Document.objects.filter(pk=document_id).update(
        text=text,
        text_digest=sha256(text.encode()).hexdigest(),
        pages=[],
        headings=[],
        hidden=[],
        omissions=[],
        formatted_text=formatted(text),
    )
    _store(document_id, list(_entries(text)))


def _entries(
    text: str, pages: Sequence[Sequence[int]] = (), headings: Sequence[Sequence[int | str]] = ()
) -> Iterator[Entry]:
    for piece in chunking.chunks(text, settings.CHUNK_CHARACTERS, pages, headings):
        content = text[piece.start : piece.end]
        yield Entry(piece, content, bigrams.vector(content))


def _store(document_id: UUID, entries: Sequence[Entry]) -> None:
    Chunk.objects.filter(document_id=document_id).delete()
    Chunk.objects.bulk_create(
        (_row(document_id, position, entry) for position, entry in enumerate(entries)),
        batch_size=ROWS_PER_STATEMENT,
    )


def _row(document_id: Any, position: int, entry: Entry) -> Chunk:
    return Chunk(
        document_id=document_id,
        position=position,
        start=entry.piece.start,
        end=entry.piece.end,
        page=entry.piece.page,
        heading=entry.piece.heading[: Chunk._meta.get_field("heading").max_length],
        content=entry.content,
        search=Cast(Value(entry.vector, TextField()), SearchVectorField()),
    )
