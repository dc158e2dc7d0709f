"""What was made of a subject's text: its summary, its formatted text, its chunks, and what could not be read."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import TextField
from django.db.models.functions import Left, Length
from django.http import HttpRequest

from tasks_app.models import Chunk, Document
from tasks_app.stages.documents.omission_labels import ADVICE, omission_label
from tasks_app.text.extraction.common.omissions import MARKED

CHUNKS_PER_PAGE = 20
TEXT_SHOWN = 20_000
"""Characters of the formatted text on the page; all of it can be downloaded."""


@dataclass(frozen=True, kw_only=True)
class OmissionLine:
    label: str
    advice: str


def outcome(request: HttpRequest, document_id: UUID) -> dict[str, Any]:
    """For content/base/outcome.html; `chunks` is the page asked for by ?chunks=."""
    document = (
        Document.objects.defer("text", "formatted_text", "pages", "headings", "hidden")
        .annotate(
            text_length=Length("text"),
            formatted_length=Length("formatted_text"),
            formatted_start=Left("formatted_text", TEXT_SHOWN, output_field=TextField()),
        )
        .get(pk=document_id)
    )
    return {
        "document": document,
        "text_goes_on": document.formatted_length > TEXT_SHOWN,
        "omissions": omissions(document),
        "chunks": _chunks(document, request.GET.get("chunks", "1")),
    }


def omissions(document: Document) -> dict[str, list[OmissionLine]]:
    """For content/base/omissions.html: what its text lacks, and what is marked in it."""
    lines: dict[str, list[OmissionLine]] = {"left_out": [], "marked": []}
    for omission in document.omissions:
        kind = omission["kind"]
        lines["marked" if kind in MARKED else "left_out"].append(
            OmissionLine(label=omission_label(omission), advice=str(ADVICE.get(kind, "")))
        )
    return lines


def _chunks(document: Document, number: str) -> Page[Chunk]:
    chunks = Chunk.objects.filter(document=document).defer("search", "embedding").order_by("position")
    return Paginator(chunks, CHUNKS_PER_PAGE).get_page(number)
