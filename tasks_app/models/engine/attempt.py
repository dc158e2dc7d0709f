"""One execution of a job by one worker process."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tasks_app.models.engine.fields import ErrorFields, SpendingFields
from tasks_app.models.engine.job import Job


class Outcome(models.TextChoices):
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")
    RETRIED = "retried", _("Will be retried")
    RELEASED = "released", _("Released")
    PARKED = "parked", _("Waiting for other jobs")
    RECOVERED = "recovered", _("Recovered after losing its worker")
    CANCELLED = "cancelled", _("Cancelled")


class Attempt(ErrorFields, SpendingFields):
    """Opened by claim, ended in the same transaction that moves the job on.

    `task_id` is the id of its TaskResult. `traceback` holds frames and exception types, never their messages, which
    may quote a document. `due_at` is when the job could have started, so `started_at - due_at` is the queue wait.
    `taken_away`: it did not end by its worker's own hand.
    `refused_at` and `refused_stage` tell that its worker came back with something after the job had been taken from it,
    and that nothing of it was saved.
    """

    job = models.ForeignKey(
        Job, models.CASCADE, related_name="attempts", db_index=False, verbose_name=_("job")
    )  # attempt_number serves
    number = models.PositiveIntegerField(_("number"))
    run = models.PositiveIntegerField(_("run"))
    task_id = models.UUIDField(_("Celery id"), unique=True)
    input_digest = models.CharField(_("input digest"), max_length=64)
    worker = models.CharField(_("worker"), max_length=255, blank=True, default="", db_default="")
    process_id = models.PositiveIntegerField(_("process id"), default=0, db_default=0)
    due_at = models.DateTimeField(_("due"))
    started_at = models.DateTimeField(_("started"), db_default=Now())
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True, default="", db_default="")
    traceback = models.TextField(_("traceback"), blank=True, default="", db_default="")
    taken_away = models.BooleanField(_("taken away"), default=False, db_default=False)
    refused_at = models.DateTimeField(_("late result rejected"), null=True, blank=True)
    refused_stage = models.CharField(
        _("stage of the late result"), max_length=40, blank=True, default="", db_default=""
    )

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ("-started_at", "-id")
        constraints = (models.UniqueConstraint(fields=("job", "number"), name="attempt_number"),)
        indexes = (
            models.Index(
                fields=("error_fingerprint", "-id"),
                include=("job", "run", "number"),
                condition=~Q(error_fingerprint=""),
                name="attempt_alike",
            ),
        )

    def __str__(self) -> str:
        return f"{self.run}.{self.number}"
