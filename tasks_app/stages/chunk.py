"""The stage that cuts a text into chunks and makes them searchable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.postgres.search import SearchVectorField
from django.db.models import TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from tasks_app.models import Chunk, Document
from tasks_app.registry import Stage, Work
from tasks_app.stages.place import Place, own_document, text_digest, text_of
from tasks_app.text import bigrams, chunking

ROWS_PER_STATEMENT = 500


@dataclass(frozen=True)
class Entry:
    """A chunk as it will be stored; `vector` is a `tsvector` literal."""

    piece: chunking.Piece
    content: str
    vector: str


def chunk(place: Place = own_document) -> Stage:
    """`place` tells where a subject's text is."""

    def inputs(work: Work) -> Mapping[str, Any]:
        return {"text": text_digest(place(work.subject)), "characters": settings.CHUNK_CHARACTERS}

    def run(work: Work) -> list[Entry]:
        document_id = place(work.subject)
        text = text_of(document_id)
        pages, headings = Document.objects.values_list("pages", "headings").get(pk=document_id)
        entries = []
        for piece in chunking.chunks(text, settings.CHUNK_CHARACTERS, pages, headings):
            work.check()
            content = text[piece.start : piece.end]
            entries.append(Entry(piece, content, bigrams.vector(content)))
        return entries

    def save(work: Work, entries: Sequence[Entry]) -> Mapping[str, Any]:
        document_id = place(work.subject)
        Chunk.objects.filter(document_id=document_id).delete()
        Chunk.objects.bulk_create(
            (_row(document_id, position, entry) for position, entry in enumerate(entries)),
            batch_size=ROWS_PER_STATEMENT,
        )
        return {"chunks": len(entries), "characters": sum(len(entry.content) for entry in entries)}

    return Stage(name="chunk", label=_("Cut and index"), inputs=inputs, run=run, save=save)


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
