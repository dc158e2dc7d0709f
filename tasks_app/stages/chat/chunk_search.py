"""Finding the chunks that answer a question, within the documents a conversation may read and no others.

Words decide by character bigrams: PostgreSQL picks candidates through the chunks' index, BM25 puts them in order. Where
chunks have vectors of the configured model, the nearest ones are found too, and both orders are fused by rank.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection, transaction
from django.db.models import F, Func, IntegerField, QuerySet
from django.db.models.expressions import RawSQL
from pgvector.django import CosineDistance

from tasks_app.models import Chunk, Document
from tasks_app.models.content.base.document import titles
from tasks_app.text.answers import bm25
from tasks_app.text.japanese import bigrams
from tasks_app.text.japanese.folding import fold

CANDIDATES = 50
"""Chunks that PostgreSQL returns for ranking; they include the right one for 99.3% of questions."""

LEXEMES = 64
"""Of a question, at most; a page pasted as a question would cost seconds and find nothing else."""

RANKED = 30
"""Places of either order that count when both are fused."""

FUSION = 60
"""The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""

BY_LENGTH = 1
"""ts_rank's normalisation by 1 + the logarithm of the length; without it long chunks win always."""

READ_THROUGH = 5000
"""Chunks; up to so many in a scope, each is ranked. PostgreSQL would go through the word index, which knows nothing of
scopes and leads to the chunks of every notebook; that pays only where a scope is large."""

HIT_COLUMNS = ("pk", "document", "digest", "position", "start", "end", "page", "heading", "content")

RANK_ALL = """
WITH scope AS MATERIALIZED ({scope}), ranked AS MATERIALIZED (
    SELECT one.id, one.rank
    FROM scope
    CROSS JOIN LATERAL (
        SELECT id, ts_rank(search, %s::tsquery, %s) AS rank FROM tasks_app_chunk WHERE document_id = scope.id OFFSET 0
    ) AS one
    WHERE one.rank > 0
    ORDER BY one.rank DESC, one.id
    LIMIT %s
)
SELECT chunk.id, chunk.document_id, document.text_digest, chunk.position, chunk.start, chunk."end", chunk.page,
    chunk.heading, chunk.content
FROM ranked
JOIN tasks_app_chunk AS chunk ON chunk.id = ranked.id
JOIN tasks_app_document AS document ON document.id = chunk.document_id
ORDER BY ranked.rank DESC, chunk.id
"""
"""Index: chunk_position. `scope` is the SQL of a query for document ids; it may hold parameters of its own."""

Vector = Sequence[float]


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A chunk; `content` is `text[start:end]` of the document with that digest."""

    pk: int
    document: UUID
    digest: str
    position: int
    start: int
    end: int
    page: int | None
    heading: str
    content: str


class Bigrams(SearchQuery):
    """A query made by `text.bigrams`, which PostgreSQL is only to cast: its own parser would cut Japanese wrongly."""

    def __init__(self, literal: str) -> None:
        super().__init__(literal)
        self.literal = literal

    def as_sql(self, *_args: Any, **_kwargs: Any) -> tuple[str, list[str]]:  # type: ignore[override]
        return "%s::tsquery", [self.literal]


def count(scope: QuerySet[Document]) -> int:
    """How many chunks there are to search."""
    return Chunk.objects.filter(document__in=scope).count()


def search(scope: QuerySet[Document], question: str, *, most: int, total: int, near: Vector | None = None) -> list[Hit]:
    """The best chunks, best first. `total` counts the chunks of the scope; `near` is the vector of the question."""
    found = {hit.pk: hit for hit in _candidates(scope, question, total)}
    order = _by_words(question, list(found.values()), total)
    if near is None:
        return [found[pk] for pk in order[:most]]
    nearest = {hit.pk: hit for hit in _nearest(scope, near, total)}
    found |= nearest
    return [found[pk] for pk in _fused((order[:RANKED], list(nearest)))[:most]]


def whole(scope: QuerySet[Document]) -> list[Hit]:
    """Every chunk, document by document, in the order of the text."""
    return _hits(Chunk.objects.filter(document__in=scope).order_by("document__pk", "position"))


def _candidates(scope: QuerySet[Document], question: str, total: int) -> list[Hit]:
    """Those whose words are most like the question's, at most CANDIDATES."""
    literal = bigrams.query(question, LEXEMES)
    if not literal:
        return []
    if total <= READ_THROUGH:
        return _read_through(scope, literal)
    query = Bigrams(literal)
    rank = SearchRank(F("search"), query, normalization=BY_LENGTH)
    return _hits(Chunk.objects.filter(document__in=scope, search=query).order_by(rank.desc(), "pk")[:CANDIDATES])


def _read_through(scope: QuerySet[Document], literal: str) -> list[Hit]:
    documents, parameters = scope.order_by().values("id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(RANK_ALL.format(scope=documents), [*parameters, literal, BY_LENGTH, CANDIDATES])
        return [Hit(**dict(zip(HIT_COLUMNS, row, strict=True))) for row in cursor.fetchall()]


def _by_words(question: str, hits: Sequence[Hit], total: int) -> list[int]:
    """Title and headings count as part of a chunk: they often name what the text then takes for granted."""
    named = titles({hit.document for hit in hits})
    texts = [fold(f"{named.get(hit.document, '')}\n{hit.heading}\n{hit.content}") for hit in hits]
    scores = bm25.scores(question, texts, total)
    return [hit.pk for _score, hit in sorted(zip(scores, hits, strict=True), key=lambda pair: (-pair[0], pair[1].pk))]


def _nearest(scope: QuerySet[Document], vector: Vector, total: int) -> list[Hit]:
    """By an exact scan of the scope. Beyond CHAT_EXACT_SCAN_CHUNKS an HNSW index for these dimensions may be used,
    if there is one; it then continues until enough of what it finds lies in the scope."""
    chunks = Chunk.objects.filter(document__in=scope, embedding_model=_model_name(), embedding__isnull=False).alias(
        dimensions=Func(F("embedding"), function="vector_dims", output_field=IntegerField())
    )
    chunks = chunks.filter(dimensions=len(vector))
    if total <= settings.CHAT_EXACT_SCAN_CHUNKS:
        return _hits(chunks.order_by(CosineDistance("embedding", vector))[:RANKED])
    indexed = RawSQL(  # noqa: S611  # nosec B611 - the only thing put into the statement is a number
        f'("tasks_app_chunk"."embedding"::vector({len(vector)}) <=> %s::vector)', (str(list(vector)),)
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL hnsw.iterative_scan = strict_order")
        return _hits(chunks.order_by(indexed)[:RANKED])


def has_vectors(scope: QuerySet[Document]) -> bool:
    """Whether any chunk has one of the configured model."""
    model = _model_name()
    return bool(model) and Chunk.objects.filter(document__in=scope, embedding_model=model).exists()


def _model_name() -> str:
    return str(settings.EMBEDDING_MODEL)[: Chunk._meta.get_field("embedding_model").max_length]


def _fused(orders: Iterable[Sequence[int]]) -> list[int]:
    points: dict[int, float] = {}
    for order in orders:
        for place, pk in enumerate(order, start=1):
            points[pk] = points.get(pk, 0.0) + 1 / (FUSION + place)
    return sorted(points, key=lambda pk: -points[pk])


def _hits(chunks: QuerySet[Chunk]) -> list[Hit]:
    rows: Iterable[Mapping[str, Any]] = chunks.values(
        "pk", "document_id", "position", "start", "end", "page", "heading", "content", digest=F("document__text_digest")
    )
    return [Hit(document=row["document_id"], **{key: row[key] for key in row if key != "document_id"}) for row in rows]
