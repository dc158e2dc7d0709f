"""What an answer is written from: chosen chunks put together, numbered, and read again when they are needed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from tasks_app.models import ChatMessage, Chunk, Document
from tasks_app.models.content.base.document import titles
from tasks_app.models.content.chat import Wording
from tasks_app.stages.chat.chunk_search import Hit
from tasks_app.text.answers.citations import Passage
from tasks_app.text.documents.formatting import formatted

GAP = 1
"""Chunks that may be missing between two hits of a text for both to become one passage, with what lies between."""

LISTED = 50
"""Passages beyond this are picked from all chunks of their documents, rather than asked for one by one."""


@dataclass(frozen=True, kw_only=True)
class PassageSpan:
    """`text[start:end]` of the document whose text has that digest; as stored in `ChatMessage.passages`."""

    number: int
    document: str
    digest: str
    start: int
    end: int
    page: int | None
    heading: str


def merged(hits: Sequence[Hit]) -> list[PassageSpan]:
    """Neighbours as one, numbered from 1 in the order of each one's best hit."""
    places = {hit.pk: place for place, hit in enumerate(hits)}
    groups: list[list[Hit]] = []
    for hit in sorted(hits, key=lambda hit: (str(hit.document), hit.position)):
        last = groups[-1][-1] if groups else None
        if last and last.document == hit.document and hit.position - last.position <= GAP + 1:
            groups[-1].append(hit)
        else:
            groups.append([hit])
    groups.sort(key=lambda group: min(places[hit.pk] for hit in group))
    return [_span(number, group) for number, group in enumerate(groups, start=1)]


def separate(hits: Iterable[Hit]) -> list[PassageSpan]:
    """Each a passage of its own, in the order given."""
    return [_span(number, [hit]) for number, hit in enumerate(hits, start=1)]


def stored(spans: Iterable[PassageSpan]) -> list[dict[str, Any]]:
    return [asdict(span) for span in spans]


def spans_of(message: ChatMessage) -> list[PassageSpan]:
    return [PassageSpan(**row) for row in message.passages]


def texts(message: ChatMessage) -> dict[int, str]:
    """By number, of those passages that may still be read and still say what they said; others are missing."""
    spans = spans_of(message)
    if not spans:
        return {}
    scope = scope_of(message).filter(pk__in={span.document for span in spans})
    rows = Chunk.objects.filter(document__in=scope).order_by("document", "start")
    if len(spans) < LISTED:
        rows = rows.filter(
            reduce(or_, (Q(document=span.document, start__gte=span.start, end__lte=span.end) for span in spans))
        )
    chunks: dict[tuple[str, str], list[tuple[int, int, str]]] = {}
    for document, digest, start, end, content in rows.values_list(
        "document_id", "document__text_digest", "start", "end", "content"
    ):
        chunks.setdefault((str(document), digest), []).append((start, end, content))
    found = {}
    for span in spans:
        pieces = [
            content
            for start, end, content in chunks.get((span.document, span.digest), ())
            if span.start <= start and end <= span.end
        ]
        text = "".join(pieces)
        if len(text) == span.end - span.start:
            found[span.number] = text
    return found


def numbered(found: Mapping[int, str]) -> list[Passage]:
    return [Passage(number=number, text=text) for number, text in found.items()]


def shown(message: ChatMessage, found: Mapping[int, str]) -> dict[int, str]:
    """Each passage as the model reads it: its number, where it stands, and its text in the wording that was chosen."""
    spans = [span for span in spans_of(message) if span.number in found]
    named = titles({UUID(span.document) for span in spans})
    result = {}
    for span in spans:
        page = f" p.{span.page}" if span.page else ""
        heading = f" {span.heading}" if span.heading else ""
        text = found[span.number]
        wording = formatted(text) if message.wording == Wording.FORMATTED else text
        result[span.number] = (
            f"[{span.number}] {named.get(UUID(span.document), '')}{page}{heading}\n{wording.strip()}\n"
        )
    return result


def scope_of(message: ChatMessage) -> QuerySet[Document]:
    """The documents that may be read for this answer: of the conversation's scope, the chosen ones where some are."""
    scope = message.session.scope
    return scope.filter(pk__in=message.documents) if message.documents else scope


def _span(number: int, group: Sequence[Hit]) -> PassageSpan:
    first, last = group[0], group[-1]
    return PassageSpan(
        number=number,
        document=str(first.document),
        digest=first.digest,
        start=first.start,
        end=last.end,
        page=first.page,
        heading=first.heading,
    )
