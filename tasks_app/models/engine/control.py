"""What staff set for a queue, and the heartbeats of workers and periodic tasks."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class QueueControl(models.Model):
    """A paused queue keeps accepting jobs; none of them is claimed. No row means not paused.

    `drained` marks a pause that belongs to the drain of all queues and ends with it. Other pauses are the queue's own.
    """

    queue = models.CharField(_("queue"), max_length=40, primary_key=True)
    paused = models.BooleanField(_("paused"), default=False)
    drained = models.BooleanField(_("draining"), default=False)
    reason = models.CharField(_("reason"), max_length=255, blank=True, default="")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("changed by"),
    )
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("queue")
        verbose_name_plural = _("queues")
        permissions = (("pause_queue", "Can pause, resume and drain queues"),)

    def __str__(self) -> str:
        return self.queue


class WorkerHeartbeat(models.Model):
    """One row per worker, renewed by its main process. The jobs' leases show what it runs."""

    worker = models.CharField(_("worker"), max_length=255, primary_key=True)
    queues = models.JSONField(_("queues"), default=list)
    process_id = models.PositiveIntegerField(_("process id"), default=0)
    concurrency = models.PositiveIntegerField(_("processes"), default=0)
    version = models.CharField(_("version"), max_length=40, blank=True, default="")
    started_at = models.DateTimeField(_("started"), db_default=Now())
    seen_at = models.DateTimeField(_("last seen"), db_default=Now())

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        ordering = ("worker",)

    def __str__(self) -> str:
        return self.worker


class PeriodicHeartbeat(models.Model):
    """When a periodic task last ran: `beat` (beat is alive) and `sweep` (recovery is alive)."""

    name = models.CharField(_("name"), max_length=40, primary_key=True)
    last_at = models.DateTimeField(_("last heartbeat"), db_default=Now())

    class Meta:
        verbose_name = _("periodic task heartbeat")
        verbose_name_plural = _("periodic task heartbeats")
        permissions = (("run_schedule", "Can run periodic tasks immediately"),)

    def __str__(self) -> str:
        return self.name
