"""What was made of a subject's text: its summary, its formatted text, its chunks, and what could not be read."""

from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import TextField
from django.db.models.functions import Left, Length
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tasks_app.models import Chunk, Document, StageResult
from tasks_app.stages.documents.extract import NAME as EXTRACT

CHUNKS_PER_PAGE = 20
GAPS = {
    "unread_pages": _(
        "These pages could not be read because they are images or their character encoding is unknown: "
        "%(count)s. Install text recognition (OCR) and requeue to read them."
    ),
    "cells_left_out": _("%(count)s cells beyond the limit were skipped."),
    "not_computed": _(
        "%(count)s formulas have no stored value and were skipped. Open the file in Excel, save it and upload it again."
    ),
}
"""By the figures of the stage that extracts the text."""

TEXT_SHOWN = 20_000
"""Characters of the formatted text on the page; all of it can be downloaded."""


def outcome(request: HttpRequest, document_id: UUID, kind: str, subject_id: UUID) -> dict[str, Any]:
    """For content/base/outcome.html; `chunks` is the page asked for by ?chunks=, `kind` the one that read the text."""
    document = (
        Document.objects.defer("text", "formatted_text", "pages", "headings")
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
        "gaps": gaps(kind, subject_id),
        "chunks": _chunks(document, request.GET.get("chunks", "1")),
    }


def gaps(kind: str, subject_id: UUID) -> list[str]:
    """What of the document was not read, as its newest extraction counted. Index: stage_result_newest."""
    newest = StageResult.objects.filter(kind=kind, subject_id=subject_id, stage=EXTRACT).order_by("-id")
    figures = newest.values_list("figures", flat=True).first() or {}
    return [str(GAPS[name]) % {"count": value} for name, value in figures.items() if name in GAPS]


def _chunks(document: Document, number: str) -> Page[Chunk]:
    chunks = Chunk.objects.filter(document=document).defer("search", "embedding").order_by("position")
    return Paginator(chunks, CHUNKS_PER_PAGE).get_page(number)
