"""The figures by which staff and tests judge what came out for a document, and the labels of those that kinds share."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import F, Func, IntegerField
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import Message
from tasks_app.models import Chunk, Document, Proceedings

CALL_FIGURE_LABELS: Mapping[str, Message] = {
    "call_seconds": _("API call time"),
    "calls": _("API calls"),
    "model": _("model"),
    "provider": _("method"),
}
"""Of the figures of every stage that calls a provider."""

DOCUMENT_FIGURE_LABELS: Mapping[str, Message] = {
    **CALL_FIGURE_LABELS,
    "bytes": _("size"),
    "cells": _("cells"),
    "cells_left_out": _("cells skipped"),
    "characters": _("characters"),
    "chunks": _("chunks"),
    "coverage": _("characters read"),
    "dimensions": _("dimensions"),
    "encoding": _("encoding"),
    "formatted_characters": _("characters formatted"),
    "headings": _("headings"),
    "not_computed": _("formulas without a stored value"),
    "pages": _("pages"),
    "pages_recognised": _("pages read by OCR"),
    "pages_without_text": _("pages without text"),
    "refused": _("texts rejected"),
    "summary_characters": _("characters of the summary"),
    "summary_coverage": _("characters summarised"),
    "summary_provider": _("summary method"),
    "unchanged": _("unchanged"),
    "unread_pages": _("pages that could not be read"),
    "vectors": _("vectors"),
    "windows": _("sections read"),
}
"""Of the stages that fetch, extract, chunk, embed, format and summarise a document, and of `outputs_of_document`."""

PROCEEDINGS_FIGURE_LABELS: Mapping[str, Message] = {
    "actions": _("action items"),
    "decisions": _("decisions"),
    "dropped": _("dropped (not supported by the text)"),
    "overview": _("lines of the overview"),
    "questions": _("open questions"),
    "speakers": _("speakers"),
    "turns": _("speaker turns"),
}
"""Of the stage that summarises minutes, and of `outputs_of_proceedings`."""

LISTS = ("overview", "decisions", "actions", "questions", "turns")


def outputs_of_document(document_id: UUID) -> Mapping[str, int | str]:
    """Some only of what has them: a pasted text has no pages and no encoding, and not every kind formats."""
    document = (
        Document.objects.filter(pk=document_id)
        .annotate(page_count=_items("pages"))
        .values(
            "page_count",
            "encoding",
            "summary_provider",
            "summary_coverage",
            characters=Length("text"),
            formatted_characters=Length("formatted_text"),
            summary_characters=Length("summary"),
        )
        .get()
    )
    own: dict[str, int | str] = {
        "pages": document["page_count"],
        "encoding": document["encoding"],
        "formatted_characters": document["formatted_characters"],
    }
    return {
        "characters": document["characters"],
        "chunks": Chunk.objects.filter(document_id=document_id).count(),
        "summary_characters": document["summary_characters"],
        "summary_coverage": document["summary_coverage"],
        "summary_provider": document["summary_provider"],
        **{name: value for name, value in own.items() if value},
    }


def outputs_of_proceedings(document_id: UUID) -> Mapping[str, int]:
    """How much was found of each sort; nothing where minutes were not summed up yet."""
    counts = Proceedings.objects.filter(pk=document_id).annotate(**{f"{name}_found": _items(name) for name in LISTS})
    found = counts.values(*(f"{name}_found" for name in LISTS)).first() or {}
    return {name.removesuffix("_found"): count for name, count in found.items()}


def _items(column: str) -> Func:
    return Func(F(column), function="jsonb_array_length", output_field=IntegerField())
