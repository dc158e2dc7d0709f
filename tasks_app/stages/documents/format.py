"""The stage that makes a text readable."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tasks_app.models import Document
from tasks_app.registry import Stage, StageContext, StageFacts
from tasks_app.stages.common.document_access import DocumentAccessor, own_document, text_digest, text_of
from tasks_app.text.documents.formatting import formatted


def format_text(place: DocumentAccessor = own_document) -> Stage:
    """`place` locates a subject's text."""

    def inputs(facts: StageFacts) -> Mapping[str, Any]:
        return {"text": text_digest(place(facts.subject))}

    def run(context: StageContext) -> str:
        return formatted(text_of(place(context.subject)))

    def save(context: StageContext, text: str) -> Mapping[str, Any]:
        Document.objects.filter(pk=place(context.subject)).update(formatted_text=text)
        return {"characters": len(text)}

    return Stage(name="format", label=_("Format"), inputs=inputs, run=run, save=save)
