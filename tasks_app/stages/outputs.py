"""The figures by which staff and tests judge what came out for a document."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import F, Func, IntegerField
from django.db.models.functions import Length

from tasks_app.models import Chunk, Document, Proceedings

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
