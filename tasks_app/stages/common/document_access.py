"""Where a stage finds the document it works on, and what it reads of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tasks_app.errors import PermanentError
from tasks_app.models import Document
from tasks_app.text.documents import hidden_parts

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
    return _not_blank(Document.objects.values_list("text", flat=True).get(pk=document_id))


def shown_text_of(document_id: UUID) -> str:
    """As `text_of`, without hidden parts: what summaries are made from."""
    return _not_blank(hidden_parts.removed(*_text_and_hidden(document_id)))


def shown_text_in_place(document_id: UUID) -> str:
    """As `shown_text_of`, with blanks where hidden parts are: offsets are those of the document's text."""
    return _not_blank(hidden_parts.blanked(*_text_and_hidden(document_id)))


def _text_and_hidden(document_id: UUID) -> tuple[str, list[list[int]]]:
    return Document.objects.values_list("text", "hidden").get(pk=document_id)


def _not_blank(text: str) -> str:
    if not text.strip():
        raise PermanentError("no_text", _("There is no text to process. Add a document that contains text."))
    return text
