"""Where a stage finds the document it works on, and what it reads of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tasks_app.errors import PermanentError
from tasks_app.models import Document

DocumentAccessor = Callable[[Any], UUID]
"""From a subject to the id of its document."""


def own_document(subject: Any) -> UUID:
    """The place for every `models.document.DocumentSubject`."""
    document_id: UUID = subject.document_id
    return document_id


def text_digest(document_id: UUID) -> str:
    return Document.objects.values_list("text_digest", flat=True).get(pk=document_id)


def text_of(document_id: UUID) -> str:
    """The document's text. Raises PermanentError if there is none."""
    text = Document.objects.values_list("text", flat=True).get(pk=document_id)
    if not text.strip():
        raise PermanentError("no_text", _("There is no text to process. Add a document that contains text."))
    return text
