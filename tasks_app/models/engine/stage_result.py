"""Checkpoints: what a stage saved, and the finished pieces of one that still runs."""

from django.db import models
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tasks_app.models.engine.attempt import Attempt
from tasks_app.models.engine.fields import SpendingFields, render
from tasks_app.models.engine.job import Job


class StageState(models.TextChoices):
    DONE = "done", _("Done")
    SKIPPED = "skipped", _("Skipped")


class StageResult(SpendingFields):
    """Says that the outputs of a stage for `key` were saved. The newest row of (kind, subject, stage) holds.

    `key` digests all that the outputs depend on; `figures` are small numbers for staff; `note` is a message id.
    """

    job = models.ForeignKey(Job, models.CASCADE, related_name="stage_results", verbose_name=_("job"))
    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="stage_results", verbose_name=_("attempt"))
    kind = models.CharField(_("kind"), max_length=40)
    subject_id = models.UUIDField(_("subject"))
    stage = models.CharField(_("stage"), max_length=40)
    key = models.CharField(_("key"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=StageState, default=StageState.DONE)
    note = models.TextField(_("note"), blank=True, default="", db_default="")
    figures = models.JSONField(_("figures"), default=dict, blank=True)
    seconds = models.FloatField(_("seconds"), default=0.0)
    saved_at = models.DateTimeField(_("saved"), db_default=Now())

    class Meta:
        verbose_name = _("stage result")
        verbose_name_plural = _("stage results")
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("attempt", "stage"), name="stage_result_per_attempt"),)
        indexes = (models.Index("kind", "subject_id", "stage", F("id").desc(), name="stage_result_newest"),)

    def __str__(self) -> str:
        return self.stage

    @property
    def note_text(self) -> str:
        return render(self.note, {})


class Part(models.Model):
    """One finished piece of a stage. `key` names all that the piece depends on, so any later attempt may use it."""

    kind = models.CharField(_("kind"), max_length=40)
    subject_id = models.UUIDField(_("subject"))
    stage = models.CharField(_("stage"), max_length=40)
    key = models.CharField(_("key"), max_length=100)
    job = models.ForeignKey(Job, models.CASCADE, related_name="parts", verbose_name=_("job"))
    data = models.JSONField(_("data"))
    saved_at = models.DateTimeField(_("saved"), db_default=Now())

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parts")
        constraints = (models.UniqueConstraint(fields=("kind", "subject_id", "stage", "key"), name="part_key"),)

    def __str__(self) -> str:
        return f"{self.stage} {self.key}"
