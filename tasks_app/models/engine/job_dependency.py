"""A job that is not dispatched before another one is done."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tasks_app.models.engine.job import Job


class JobDependency(models.Model):
    """`parent` stays queued until no row of it remains; the awaited job's ending removes its own."""

    parent = models.ForeignKey(Job, models.CASCADE, related_name="waits", verbose_name=_("parent"))
    awaited = models.ForeignKey(Job, models.CASCADE, related_name="waiters", verbose_name=_("waiting for"))

    class Meta:
        verbose_name = _("wait")
        verbose_name_plural = _("waits")
        constraints = (models.UniqueConstraint(fields=("parent", "awaited"), name="job_wait_once"),)

    def __str__(self) -> str:
        return f"{self.parent_id} → {self.awaited_id}"
