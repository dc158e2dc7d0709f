"""Titles of subjects that nobody gave one: what the document calls itself, in place of the file's name."""

from pathlib import PurePath
from typing import Any
from uuid import UUID

from tasks_app.models import Job
from tasks_app.models.content.base.stored_file import shown_name
from tasks_app.text.japanese import bigrams

TITLE_CHARACTERS = 255


def of_file(filename: str) -> str:
    """The title of a file until it has been read: its name without its ending."""
    return PurePath(shown_name(filename)).stem[:TITLE_CHARACTERS]


def give(subject: Any, filename: str, title: str, job_id: UUID) -> None:
    """Call a subject by its document's title, unless somebody gave it one; its job too.

    To be called while the job is locked: a subject is locked after it (decision 0069).
    """
    if not title or not filename:
        return
    stem = of_file(filename)
    rows = type(subject)._default_manager.filter(pk=subject.pk, title=stem).exclude(title=title)
    if stem and rows.update(title=title[:TITLE_CHARACTERS]):
        Job.objects.filter(pk=job_id, subject_title=stem).update(
            subject_title=title[:TITLE_CHARACTERS], title_search=bigrams.vector(title)
        )
