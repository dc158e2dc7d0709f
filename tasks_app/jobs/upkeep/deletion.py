"""What is to be done about a subject ends when the subject does."""

from django.db import IntegrityError, connection, models, transaction
from django.db.models.signals import pre_delete

from tasks_app.jobs.transitions import subjects, verbs
from tasks_app.registry import job_types

TRIES = 3


def delete(rows: "models.QuerySet[models.Model]") -> None:
    """Delete them with all that belongs to them; again where a worker has just saved more of it.

    Django looks first and deletes then, and waits in between for stages that are being saved.
    """
    for remaining in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                rows.delete()
                connection.check_constraints()
        except IntegrityError:
            if not remaining:
                raise
        else:
            return


def watch() -> None:
    """Cancel a subject's active jobs whenever its row is deleted.

    Only subjects are watched: with a receiver for every model Django would delete their chunks one by one.
    """
    for model in {subjects.model_of(job_type) for job_type in job_types.values()}:
        pre_delete.connect(_abandon, sender=model, dispatch_uid="jobs_of_deleted_subject")


def _abandon(sender: type[models.Model], instance: models.Model, **_kwargs: object) -> None:
    verbs.abandon(subjects.kinds_of(sender), instance.pk, subjects.DELETED)
