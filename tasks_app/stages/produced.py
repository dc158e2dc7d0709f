"""The figures by which staff and tests judge what came out of a subject's document."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Func, IntegerField
from django.db.models.functions import Length

from tasks_app.models import Chunk, Document


def produced(subject: Any) -> Mapping[str, int | str]:
    """Of a DocumentSubject. Some figures only of what has them: a pasted text has neither pages nor an encoding."""
    document = (
        Document.objects.filter(pk=subject.document_id)
        .annotate(page_count=Func(F("pages"), function="jsonb_array_length", output_field=IntegerField()))
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
        "chunks": Chunk.objects.filter(document_id=subject.document_id).count(),
        "summary_characters": document["summary_characters"],
        "summary_coverage": document["summary_coverage"],
        "summary_provider": document["summary_provider"],
        **{name: value for name, value in own.items() if value},
    }
