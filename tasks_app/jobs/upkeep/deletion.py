"""What is to be done about a subject ends when the subject does."""

from django.db import models
from django.db.models.signals import pre_delete

from tasks_app.jobs.transitions import subjects, verbs
from tasks_app.registry import job_types


def watch() -> None:
    """Cancel a subject's active jobs whenever its row is deleted.

    Only subjects are watched: with a receiver for every model Django would delete their chunks one by one.
    """
    for model in {subjects.model_of(job_type) for job_type in job_types.values()}:
        pre_delete.connect(_abandon, sender=model, dispatch_uid="jobs_of_deleted_subject")


def _abandon(sender: type[models.Model], instance: models.Model, **_kwargs: object) -> None:
    verbs.abandon(subjects.kinds_of(sender), instance.pk, subjects.DELETED)
