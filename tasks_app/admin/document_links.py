"""From a place in a document to the page of the console that shows it."""

from collections.abc import Iterable
from uuid import UUID

from django.apps import apps
from django.contrib.auth.models import AnonymousUser, User
from django.urls import NoReverseMatch

from tasks_app.admin import subject_page
from tasks_app.admin.document_page import CHUNKS_PER_PAGE
from tasks_app.models import Chunk
from tasks_app.models.document import DocumentSubject


def links(user: User | AnonymousUser, places: Iterable[tuple[UUID, int]]) -> dict[tuple[UUID, int], str]:
    """By (document, offset): the address of the chunk there, where the reader may see it and it still exists."""
    wanted = set(places)
    pages = _pages(user, {document for document, _offset in wanted})
    found = {}
    for document, offset in wanted:
        chunk = Chunk.objects.filter(document=document, start__lte=offset, end__gt=offset)
        position = chunk.values_list("position", flat=True).first()
        if document in pages and position is not None:
            found[document, offset] = f"{pages[document]}?chunks={position // CHUNKS_PER_PAGE + 1}#chunk-{position}"
    return found


def _pages(user: User | AnonymousUser, documents: set[UUID]) -> dict[UUID, str]:
    pages = {}
    for model in apps.get_models():
        options = model._meta
        if not issubclass(model, DocumentSubject) or not user.has_perm(
            f"{options.app_label}.view_{options.model_name}"
        ):
            continue
        for subject in model._default_manager.filter(document_id__in=documents).only("pk", "document_id"):
            try:
                pages[subject.document_id] = subject_page.address(subject, "change")
            except NoReverseMatch:
                break
    return pages
