"""What the consistency check found: records that ought to agree and do not."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tasks_app.models.engine.fields import render
from tasks_app.models.engine.job import Job


class ConsistencyCheckProgress(models.Model):
    """How far one comparison has come: `position` is the last key it looked at, empty at the start of a round."""

    name = models.CharField(_("check"), max_length=40, primary_key=True)
    position = models.CharField(max_length=255, blank=True, default="")
    looked_at = models.DateTimeField(_("last checked"), db_default=Now())
    at_end = models.BooleanField(_("at the end"), default=False)
    round_started_at = models.DateTimeField(_("round started"), db_default=Now())
    seen = models.PositiveBigIntegerField(_("records compared"), default=0)

    class Meta:
        verbose_name = _("consistency check")
        verbose_name_plural = _("consistency checks")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Inconsistency(models.Model):
    """One inconsistency, kept until it is gone. `about` names the record within its check; `details` fill the words."""

    check_name = models.CharField(_("check"), max_length=40)
    about = models.CharField(_("record"), max_length=255)
    job = models.ForeignKey(Job, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("job"))
    message = models.TextField(_("inconsistency"))
    details = models.JSONField(_("details"), default=dict, blank=True)
    found_at = models.DateTimeField(_("found"), db_default=Now())
    seen_at = models.DateTimeField(_("last seen"), db_default=Now())

    class Meta:
        verbose_name = _("inconsistency")
        verbose_name_plural = _("consistency check")
        ordering = ("-found_at", "-id")
        permissions = (("repair_inconsistency", "Can repair what the consistency check found"),)
        constraints = (models.UniqueConstraint(fields=("check_name", "about"), name="inconsistency_once"),)
        indexes = (models.Index(fields=("-found_at", "-id"), name="inconsistency_newest"),)

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        details: Mapping[str, Any] = self.details
        return render(self.message, details)
