"""The rows that jobs are about, found by kind and id."""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_noop

from tasks_app.registry import JobSubject, JobType, job_types

DELETED = gettext_noop("The subject was deleted.")


def model_of(job_type: JobType) -> type[models.Model]:
    return apps.get_model(job_type.subject)


def kinds_of(model: type[models.Model]) -> list[str]:
    return [kind for kind, job_type in job_types.items() if model_of(job_type) is model]


def find(job_type: JobType, subject_id: UUID) -> JobSubject | None:
    """The subject's row as it is now; None if it is gone."""
    subject: Any = model_of(job_type)._default_manager.filter(pk=subject_id).first()
    return subject  # type: ignore[no-any-return]
