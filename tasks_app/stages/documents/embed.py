"""The stage that gives chunks their vectors."""

from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Min
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import PermanentError
from tasks_app.jobs.statements import execute
from tasks_app.models import Chunk
from tasks_app.providers.embeddings import Embedded, Embedder, Vector, require_equal_length
from tasks_app.providers.endpoint import Endpoint, embeddings
from tasks_app.registry import Skipped, Stage, StageContext, StageFacts
from tasks_app.stages.common.document_access import DocumentAccessor, own_document, text_digest
from tasks_app.stages.common.resumable_map import PartRequest, ResumableMap

NAME = "embed"

ROWS_PER_STATEMENT = 200

STORE = """
UPDATE tasks_app_chunk AS chunk
SET embedding = given.vector::vector, embedding_model = %(model)s
FROM unnest(%(ids)s::bigint[], %(vectors)s::text[]) AS given (id, vector)
WHERE chunk.id = given.id AND chunk.document_id = %(document)s
"""


@dataclass(frozen=True, kw_only=True)
class Vectors:
    """By chunk; a chunk whose text the endpoint refuses has None."""

    model: str
    by_chunk: Mapping[int, Vector | None]
    calls: int
    seconds: float


def embed(place: DocumentAccessor = own_document) -> Stage:
    """`place` locates a subject's text."""

    def inputs(facts: StageFacts) -> Mapping[str, Any]:
        """Chunks that were cut again have new rows, without vectors: so their first id is part of it."""
        document_id = place(facts.subject)
        endpoint = embeddings()
        rows = Chunk.objects.filter(document_id=document_id).aggregate(first=Min("pk"), count=Count("pk"))
        return {
            "text": text_digest(document_id),
            "provider": endpoint.name if endpoint else "",
            "model": endpoint.model if endpoint else "",
            "dimensions": settings.EMBEDDING_DIMENSIONS,
            **(rows if endpoint else {}),
        }

    def run(context: StageContext) -> Vectors | Skipped:
        endpoint = embeddings()
        if endpoint is None:
            return Skipped(reason=_("No embedding service is configured; search uses keywords only."))
        return _Batches(context, endpoint).vectors_of(place(context.subject))

    def save(context: StageContext, vectors: Vectors) -> Mapping[str, Any]:
        document_id = place(context.subject)
        Chunk.objects.filter(document_id=document_id).update(embedding=None, embedding_model="")
        for ids, literals in _statements(vectors.by_chunk):
            execute(STORE, {"model": vectors.model, "ids": ids, "vectors": literals, "document": document_id})
        given = [vector for vector in vectors.by_chunk.values() if vector]
        return {
            "vectors": len(given),
            "refused": len(vectors.by_chunk) - len(given),
            "dimensions": len(given[0]),
            "model": vectors.model,
            "calls": vectors.calls,
            "call_seconds": round(vectors.seconds, 2),
        }

    return Stage(name=NAME, label=_("Embed"), inputs=inputs, run=run, save=save)


class _Batches:
    """The chunks of a document, some at a time, several times at once."""

    def __init__(self, context: StageContext, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.embedder = Embedder(endpoint=endpoint)
        self.parts = ResumableMap(context, endpoint, settings.PROVIDER_CALLS_PER_JOB)

    def vectors_of(self, document_id: UUID) -> Vectors:
        """Raises PermanentError where no chunk at all got a vector."""
        chunks = list(Chunk.objects.filter(document_id=document_id).order_by("position").values_list("pk", "content"))
        found = self._batches([content for _pk, content in chunks])
        require_equal_length(found, self.endpoint)
        if not any(found):
            raise PermanentError(
                "embedding_none",
                _("%(host)s rejected every text. Check the embedding model, then requeue."),
                host=self.endpoint.host,
            )
        return Vectors(
            model=self.endpoint.model[: Chunk._meta.get_field("embedding_model").max_length],
            by_chunk={pk: vector for (pk, _content), vector in zip(chunks, found, strict=True)},
            calls=self.parts.calls,
            seconds=self.parts.seconds,
        )

    def _batches(self, texts: Sequence[str]) -> list[Vector | None]:
        size = settings.EMBEDDING_BATCH_SIZE
        requests = [self._request(texts[start : start + size]) for start in range(0, len(texts), size)]
        return [vector for packed in self.parts.run(requests) for vector in _unpacked(packed)]

    def _request(self, batch: Sequence[str]) -> PartRequest[Embedded]:
        return PartRequest(
            facts=[settings.EMBEDDING_DIMENSIONS, list(batch)],
            call=partial(self.embedder.embed, batch),
            keep=lambda made: _packed(made.vectors),
        )


def _packed(vectors: Sequence[Vector | None]) -> list[str | None]:
    """32-bit floats in base64: the precision that pgvector keeps, in a fifth of the room."""
    return [None if vector is None else b64encode(array("f", vector).tobytes()).decode() for vector in vectors]


def _unpacked(packed: Sequence[str | None]) -> list[Vector | None]:
    return [None if one is None else list(array("f", b64decode(one))) for one in packed]


def _statements(by_chunk: Mapping[int, Vector | None]) -> Iterator[tuple[list[int], list[str]]]:
    given = [(pk, vector) for pk, vector in by_chunk.items() if vector]
    for start in range(0, len(given), ROWS_PER_STATEMENT):
        some = given[start : start + ROWS_PER_STATEMENT]
        yield [pk for pk, _vector in some], [str(vector) for _pk, vector in some]
