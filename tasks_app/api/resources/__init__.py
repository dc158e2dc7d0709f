"""Every type of subject that the API offers: those with a resource of their own, then all others that kinds name."""

from functools import cache
from typing import Any

from django.urls import reverse

from tasks_app.api.resources.agenda import AGENDA_ITEMS, AGENDA_MATERIALS
from tasks_app.api.resources.chat import CHAT_MESSAGES
from tasks_app.api.resources.document_check import DOCUMENT_CHECKS
from tasks_app.api.resources.minute import MINUTES
from tasks_app.api.resources.plain import plain_resources
from tasks_app.api.resources.resource import Resource
from tasks_app.api.resources.slide_deck import SLIDE_DECKS
from tasks_app.api.resources.source import SOURCES
from tasks_app.api.resources.transcription import TRANSCRIPTIONS

DECLARED: tuple[Resource, ...] = (
    SOURCES,
    MINUTES,
    AGENDA_ITEMS,
    AGENDA_MATERIALS,
    DOCUMENT_CHECKS,
    SLIDE_DECKS,
    CHAT_MESSAGES,
    TRANSCRIPTIONS,
)
RESOURCES = (*DECLARED, *plain_resources(DECLARED))


def address_of(label: str, subject_id: Any) -> str | None:
    """Where the result of a subject is, by its model's label in the registry; None for what the API does not offer."""
    resource = _by_label().get(label)
    return reverse(f"api:{resource.path}-result", args=[subject_id]) if resource else None


@cache
def _by_label() -> dict[str, Resource]:
    return {resource.label: resource for resource in RESOURCES}
