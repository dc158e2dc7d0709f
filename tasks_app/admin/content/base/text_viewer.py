"""A document's text with one place in it marked: where links to spans lead, from minutes, findings and citations."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import TextField
from django.db.models.functions import Length, Substr
from django.http import HttpRequest

from tasks_app.models import Document

BEFORE, AFTER = 2_000, 6_000
"""Characters shown around the start of the marked place; the rest is a step away."""

OVERLAP = 100
"""Characters shown again a step further, so that a reader keeps the thread."""

FRAGMENT = "#marked"


@dataclass(frozen=True, kw_only=True)
class TextSpan:
    """Offsets in the text; both 0 where nothing is to be marked. `digest` is that of the text they were taken from."""

    start: int
    end: int
    digest: str


def link(url: str, start: int, end: int, digest: str = "") -> str:
    """To the place in the text; `url` is that of the reading page."""
    fields: dict[str, object] = {"start": start, "end": end, **({"of": digest[:16]} if digest else {})}
    return f"{url}?{urlencode(fields)}{FRAGMENT}"


def reading(request: HttpRequest, document_id: UUID) -> dict[str, Any]:
    """For console/content/base/reading.html, by ?start=, ?end= and ?of= as `link` makes them.

    What makes no sense marks nothing.
    """
    asked = _asked(request)
    document = Document.objects.annotate(length=Length("text")).values("length", "text_digest").get(pk=document_id)
    length = document["length"]
    start = min(asked.start, max(0, length - 1))
    end = min(asked.end, length)
    first = max(0, start - BEFORE)
    shown = (
        Document.objects.values_list(Substr("text", first + 1, BEFORE + AFTER, output_field=TextField()), flat=True)
        .filter(pk=document_id)
        .get()
    )
    last = first + len(shown)
    marked = slice(start - first, min(end, last) - first)
    return {
        "before": shown[: marked.start],
        "marked": shown[marked],
        "after": shown[max(marked.start, marked.stop) :],
        "first": first,
        "last": last,
        "length": length,
        "earlier": max(BEFORE, first - AFTER + OVERLAP) if first else None,
        "later": last + BEFORE - OVERLAP if last < length else None,
        "outdated": bool(asked.digest) and not document["text_digest"].startswith(asked.digest),
    }


def _asked(request: HttpRequest) -> TextSpan:
    start, end = _offset(request.GET.get("start")), _offset(request.GET.get("end"))
    return TextSpan(start=start, end=end if end > start else start, digest=request.GET.get("of", ""))


def _offset(value: str | None) -> int:
    return int(value) if value and len(value) < 10 and value.isascii() and value.isdigit() else 0
