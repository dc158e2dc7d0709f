"""One verb for many jobs: who requested it, why, and how far it is."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tasks_app.models.engine.fields import render
from tasks_app.models.engine.job import Job


class BulkAction(models.Model):
    """A draft until `confirmed_at`. `cut`: more than `total` jobs were chosen; `back`: the address of their list."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    verb = models.CharField(_("action"), max_length=20)
    reason = models.CharField(_("reason"), max_length=255, blank=True, default="")
    total = models.PositiveIntegerField(_("jobs"), default=0)
    cut = models.BooleanField(_("selection truncated"), default=False)
    back = models.CharField(max_length=2000, blank=True, default="")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("requested by")
    )
    requested_at = models.DateTimeField(_("requested"), db_default=Now())
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("bulk action")
        verbose_name_plural = _("bulk actions")
        ordering = ("-requested_at",)
        indexes = (models.Index(fields=("-requested_at",), name="bulk_newest"),)

    def __str__(self) -> str:
        return f"{self.verb} ({self.total})"


class BulkItemOutcome(models.TextChoices):
    WAITING = "", _("Waiting")
    DONE = "done", _("Done")
    SKIPPED = "skipped", _("Skipped")


class BulkActionItem(models.Model):
    """One job of a bulk action. `note` is a message id that says why it was skipped."""

    bulk_action = models.ForeignKey(BulkAction, models.CASCADE, related_name="items", db_index=False)
    position = models.PositiveIntegerField()
    job = models.ForeignKey(Job, models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=10, choices=BulkItemOutcome, blank=True, default=BulkItemOutcome.WAITING)
    note = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("job of a bulk action")
        verbose_name_plural = _("jobs of a bulk action")
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("bulk_action", "position"), name="bulk_position"),)
        indexes = (models.Index(fields=("bulk_action", "outcome", "position"), name="bulk_waiting"),)

    def __str__(self) -> str:
        return f"{self.bulk_action_id} {self.position}"

    @property
    def note_text(self) -> str:
        return render(self.note, {})
