"""Vectors for texts, a batch at a time."""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from operator import itemgetter
from struct import iter_unpack
from time import monotonic
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from tasks_app.errors import PermanentError
from tasks_app.providers import clients, limiter, prices, provider_errors
from tasks_app.providers.dialects import chat_answers
from tasks_app.providers.endpoint import Endpoint, PriorityClass
from tasks_app.providers.provider_errors import TEXT_REFUSED, TEXT_TOO_LARGE
from tasks_app.registry import Usage

Vector = list[float]

MAX_DIMENSIONS = 16_000
"""pgvector stores no longer vector."""

FLOAT_BYTES = 4

HARMLESS = "テスト"
"""Any embedding model takes this; one that refuses it would refuse everything."""


@dataclass(frozen=True, kw_only=True)
class Embedded:
    """One vector per text, in order; None for a text that the endpoint refuses. `seconds` over all calls."""

    vectors: list[Vector | None]
    usage: Usage
    seconds: float

    def __add__(self, other: "Embedded") -> "Embedded":
        return Embedded(
            vectors=self.vectors + other.vectors,
            usage=self.usage + other.usage,
            seconds=self.seconds + other.seconds,
        )


class _Row(BaseModel):
    """`embedding` is base64 of 32-bit floats where a server ignores that numbers were asked for."""

    index: Any = None
    embedding: list[float] | str


class _EmbeddingsResponse(BaseModel):
    data: list[_Row]
    usage: Any = None


@dataclass(frozen=True, kw_only=True)
class Embedder:
    """Raises TransientError, PermanentError, and Release where the endpoint is away or all of its slots are taken."""

    endpoint: Endpoint
    priority_class: PriorityClass = PriorityClass.WORK

    def embed(self, texts: Sequence[str]) -> Embedded:
        """Of one batch. If it is refused, the texts at fault are found and left out, each by itself."""
        try:
            return self._ask(texts)
        except PermanentError as error:
            if error.code not in (TEXT_REFUSED, TEXT_TOO_LARGE):
                raise
            self._ask([HARMLESS])
        return self._isolated(texts)

    def _isolated(self, texts: Sequence[str]) -> Embedded:
        """A refused batch by halves, down to the single text."""
        if len(texts) == 1:
            return Embedded(vectors=[None], usage=Usage(), seconds=0.0)
        middle = len(texts) // 2
        return self._half(texts[:middle]) + self._half(texts[middle:])

    def _half(self, texts: Sequence[str]) -> Embedded:
        try:
            return self._ask(texts)
        except PermanentError as error:
            if error.code not in (TEXT_REFUSED, TEXT_TOO_LARGE):
                raise
        return self._isolated(texts)

    def _ask(self, texts: Sequence[str]) -> Embedded:
        sent = "\n".join(texts)
        with limiter.slot(self.endpoint, self.priority_class):
            started = monotonic()
            with (
                provider_errors.translated(self.endpoint, sent),
                clients.client(self.endpoint).embeddings.with_streaming_response.create(
                    model=self.endpoint.model,
                    input=list(texts),
                    encoding_format="float",
                    timeout=clients.timeout(self.priority_class.seconds),
                ) as response,
            ):
                answer = clients.read(
                    response,  # type: ignore[arg-type]
                    self.endpoint,
                    _EmbeddingsResponse,
                    give_up=started + self.priority_class.seconds,
                    sent=sent,
                )
                rows = [_numbers(row.embedding) for row in _in_order(answer.data)]
        if len(rows) != len(texts):
            raise provider_errors.wrong_answer(self.endpoint)
        vectors: list[Vector | None] = [self._checked(row) for row in rows]
        require_equal_length(vectors, self.endpoint)
        tokens = chat_answers.piece({"usage": answer.usage}).input_tokens
        return Embedded(
            vectors=vectors,
            usage=prices.usage(self.endpoint.model, tokens, 0),
            seconds=monotonic() - started,
        )

    def _checked(self, vector: Vector) -> Vector:
        if not any(vector) or not all(map(isfinite, vector)):
            raise provider_errors.wrong_answer(self.endpoint)
        wanted = settings.EMBEDDING_DIMENSIONS or len(vector)
        if len(vector) != wanted or len(vector) > MAX_DIMENSIONS:
            raise _odd_length(self.endpoint, len(vector), min(wanted, MAX_DIMENSIONS))
        return vector


def _in_order(rows: Sequence[_Row]) -> Sequence[_Row]:
    """By index; as they came where the indexes do not name each place once. Some servers leave out a zero."""
    places = [row.index if isinstance(row.index, int) else 0 for row in rows]
    if sorted(places) != list(range(len(rows))):
        return rows
    return [row for _place, row in sorted(zip(places, rows, strict=True), key=itemgetter(0))]


def _numbers(embedding: list[float] | str) -> Vector:
    """Raises ValueError for what is no base64 of little-endian 32-bit floats."""
    if not isinstance(embedding, str):
        return embedding
    packed = b64decode(embedding, validate=True)
    if len(packed) % FLOAT_BYTES:
        raise ValueError("no 32-bit floats")
    return [value for (value,) in iter_unpack("<f", packed)]


def require_equal_length(vectors: Sequence[Vector | None], endpoint: Endpoint) -> None:
    """Raises PermanentError where two vectors differ in length: they could not be compared."""
    lengths = sorted({len(vector) for vector in vectors if vector is not None})
    if len(lengths) > 1:
        raise _odd_length(endpoint, lengths[1], lengths[0])


def _odd_length(endpoint: Endpoint, got: int, wanted: int) -> PermanentError:
    return PermanentError(
        "embedding_dimensions",
        _("The model %(model)s returned a vector of %(got)d dimensions; %(wanted)d were expected. Check the settings."),
        model=endpoint.model,
        got=got,
        wanted=wanted,
    )
