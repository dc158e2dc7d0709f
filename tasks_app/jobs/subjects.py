"""The rows that jobs are about: found by kind and id, and watched for deletion."""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models.signals import pre_delete
from django.utils.translation import gettext_noop

from tasks_app.jobs import verbs
from tasks_app.registry import JobSubject, JobType, job_types

DELETED = gettext_noop("The subject was deleted.")


def model_of(job_type: JobType) -> type[models.Model]:
    return apps.get_model(job_type.subject)


def find(job_type: JobType, subject_id: UUID) -> JobSubject | None:
    """The subject's row as it is now; None if it is gone."""
    subject: Any = model_of(job_type)._default_manager.filter(pk=subject_id).first()
    return subject  # type: ignore[no-any-return]


def kinds_of(model: type[models.Model]) -> list[str]:
    return [kind for kind, job_type in job_types.items() if model_of(job_type) is model]


def watch() -> None:
    """Cancel a subject's active jobs whenever its row is deleted.

    Only subjects are watched: with a receiver for every model Django would delete their chunks one by one.
    """
    for model in {model_of(job_type) for job_type in job_types.values()}:
        pre_delete.connect(cancel_jobs_of, sender=model, dispatch_uid="cancel_jobs_of_deleted_subject")


def cancel_jobs_of(sender: type[models.Model], instance: models.Model, **_kwargs: object) -> None:
    kinds = kinds_of(sender)
    if kinds:
        verbs.abandon(kinds, instance.pk, DELETED)
