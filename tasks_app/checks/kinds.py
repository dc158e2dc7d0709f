"""Declarations in the registry that could not run."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register
from django.db import models

from tasks_app.queues import QUEUES
from tasks_app.registry import JobType, job_types

SUBJECT_ATTRIBUTES = ("title", "job_notebook_id", "job_owner_id", "input_digest")
"""Of registry.JobSubject; its primary key is looked at besides."""


@register("notebookops")
def known_queues(**_kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"kind {job_type.kind}: there is no queue {job_type.queue.name}.",
            hint=f"Name one of tasks_app.queues: {', '.join(QUEUES)}.",
            id="notebookops.E007",
        )
        for job_type in job_types.values()
        if QUEUES.get(job_type.queue.name) is not job_type.queue
    ]


@register("notebookops")
def some_stages(**_kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"kind {job_type.kind} has no stages.",
            hint="Declare at least one Stage: a job without any could never succeed.",
            id="notebookops.E008",
        )
        for job_type in job_types.values()
        if not job_type.stages
    ]


@register("notebookops")
def fitting_subjects(**_kwargs: Any) -> list[CheckMessage]:
    return [message for job_type in job_types.values() for message in _subject(job_type)]


def _subject(job_type: JobType) -> Iterator[CheckMessage]:
    try:
        model = apps.get_model(job_type.subject)
    except (LookupError, ValueError):
        yield Error(
            f"kind {job_type.kind}: there is no model {job_type.subject!r}.",
            hint="Name the subject's model as 'app_label.ModelName'.",
            id="notebookops.E009",
        )
        return
    missing = [name for name in SUBJECT_ATTRIBUTES if not hasattr(model, name)]
    if not isinstance(model._meta.pk, models.UUIDField):
        missing.append("a UUID as primary key")
    if missing:
        yield Error(
            f"kind {job_type.kind}: {job_type.subject} cannot be a subject, it lacks {', '.join(missing)}.",
            hint="Derive the model from tasks_app.models.content.base.subject.Subject and fulfil registry.JobSubject.",
            id="notebookops.E010",
        )
