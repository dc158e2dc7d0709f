"""A job: what is to be done for one subject, and how far it is. The only place where its state is kept."""

from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tasks_app import queues
from tasks_app.models.engine.fields import ErrorFields, SpendingFields
from tasks_app.registry import JobType, Stage, job_types


class State(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


ACTIVE = (State.QUEUED, State.RUNNING)
DONE = (State.SUCCEEDED, State.FAILED, State.CANCELLED)

NEWEST = (F("created_at").desc(), F("id").desc())
"""The order of the console's list: every index that serves one of its filters ends with it."""


class Job(ErrorFields, SpendingFields):
    """One active job exists at most per (kind, subject). Written only by the verbs in tasks_app.jobs.

    `run` counts requeues by people; `attempt` counts executions within the run; `executions` counts all of them and
    numbers the Attempt rows. `dispatch_id` is the Celery id of the one message that may claim the job. `title_search`
    holds the title's character bigrams.
    `lease_extended`: a sweep has given its worker time once, as the sweep itself had been away. `cancel_details` say
    who asked for a running job to be cancelled, and why.
    An acknowledged failure is one that somebody has seen and need not see again. All times are by the database's clock.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    queue = models.CharField(_("queue"), max_length=40)
    subject_id = models.UUIDField(_("subject"))
    subject_title = models.CharField(_("title"), max_length=255, blank=True, default="", db_default="")
    title_search = SearchVectorField(null=True, editable=False)
    notebook_id = models.UUIDField(_("notebook"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("owner"),
    )
    params = models.JSONField(_("parameters"), default=dict, blank=True)
    input_digest = models.CharField(_("input digest"), max_length=64)

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    run = models.PositiveIntegerField(_("run"), default=1, db_default=1)
    attempt = models.PositiveIntegerField(_("attempt"), default=0, db_default=0)
    max_attempts = models.PositiveIntegerField(_("attempts allowed"))
    executions = models.PositiveIntegerField(_("executions"), default=0, db_default=0)
    priority = models.PositiveSmallIntegerField(_("priority"), default=queues.INTERACTIVE)
    parent = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="children",
        db_index=False,
        verbose_name=_("parent"),
    )

    dispatch_id = models.UUIDField(_("Celery id"), default=uuid4)
    next_run_at = models.DateTimeField(_("due"), db_default=Now())
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    released_since = models.DateTimeField(_("released since"), null=True, blank=True)
    lease_token = models.UUIDField(_("lease"), null=True, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    lease_limit = models.DateTimeField(_("lease limit"), null=True, blank=True)
    worker = models.CharField(_("worker"), max_length=255, blank=True, default="", db_default="")
    lease_extended = models.BooleanField(_("lease extended"), default=False, db_default=False)
    cancel_requested_at = models.DateTimeField(_("cancel requested"), null=True, blank=True)
    cancel_details = models.JSONField(
        _("details of the cancellation"), blank=True, default=dict, db_default=models.Value({}, models.JSONField())
    )

    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("requested by"),
    )
    request_reason = models.CharField(_("reason"), max_length=255, blank=True, default="", db_default="")
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("acknowledged by"),
    )
    acknowledged_note = models.CharField(_("note"), max_length=255, blank=True, default="", db_default="")
    rebuild_since = models.DateTimeField(_("rebuild since"), null=True, blank=True)

    stage = models.CharField(_("stage"), max_length=40, blank=True, default="", db_default="")
    progress_done = models.PositiveIntegerField(_("done"), null=True, blank=True)
    progress_total = models.PositiveIntegerField(_("total"), null=True, blank=True)

    created_at = models.DateTimeField(_("created"), db_default=Now())
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    updated_at = models.DateTimeField(_("updated"), db_default=Now())

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ("-created_at", "-id")
        permissions = (
            ("requeue_job", "Can requeue jobs"),
            ("fail_job", "Can mark jobs as failed"),
            ("cancel_job", "Can cancel jobs"),
            ("restart_job", "Can requeue jobs from the start"),
            ("acknowledge_job", "Can acknowledge failures"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "subject_id"),
                condition=Q(state__in=("queued", "running")),
                name="job_one_active_per_subject",
            ),
            models.CheckConstraint(
                condition=Q(state="running", lease_token__isnull=False, lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_token__isnull=True)),
                name="job_lease_iff_running",
            ),
        )
        indexes = (
            models.Index(*NEWEST, name="job_newest"),
            models.Index("kind", "subject_id", F("created_at").desc(), name="job_of_subject"),
            models.Index(fields=("notebook_id",), condition=Q(notebook_id__isnull=False), name="job_of_notebook"),
            models.Index(fields=("parent",), condition=Q(parent__isnull=False), name="job_children"),
            models.Index(fields=("next_run_at",), condition=Q(state="queued"), name="job_due"),
            models.Index(fields=("lease_until",), condition=Q(state="running"), name="job_leased"),
            models.Index(F("finished_at").desc(), condition=Q(state="failed"), name="job_failed"),
            models.Index(fields=("id",), condition=Q(run__gt=1), name="job_requeued"),
            models.Index(
                fields=("cancel_requested_at",),
                condition=Q(state="running", cancel_requested_at__isnull=False),
                name="job_cancelling",
            ),
            models.Index("state", *NEWEST, name="job_state"),
            models.Index("kind", *NEWEST, name="job_kind"),
            models.Index("queue", *NEWEST, name="job_queue"),
            models.Index(
                F("finished_at").desc(),
                condition=Q(state="failed", acknowledged_at__isnull=False),
                name="job_acknowledged",
            ),
            models.Index("kind", F("finished_at").desc(), condition=Q(state="succeeded"), name="job_pace"),
            models.Index("error_code", *NEWEST, condition=Q(state="failed"), name="job_cause"),
            models.Index("requested_by", *NEWEST, condition=Q(requested_by__isnull=False), name="job_requested_by"),
            models.Index("notebook_id", *NEWEST, condition=Q(notebook_id__isnull=False), name="job_notebook"),
            models.Index(
                fields=("-finished_at",),
                include=("kind", "state"),
                condition=Q(finished_at__isnull=False),
                name="job_finished",
            ),
            models.Index(fields=("queue", "next_run_at"), condition=Q(state="queued"), name="job_waiting"),
            models.Index(fields=("dispatch_id",), condition=Q(state__in=("queued", "running")), name="job_dispatched"),
            GinIndex(fields=("title_search",), name="job_title"),
        )

    def __str__(self) -> str:
        return f"{self.kind_label}: {self.subject_title}" if self.subject_title else str(self.kind_label)

    @property
    def job_type(self) -> JobType | None:
        """None for a kind that the running code no longer declares."""
        return job_types.get(self.kind)

    @property
    def kind_label(self) -> str:
        return str(self.job_type.label) if self.job_type else self.kind

    @property
    def current_stage(self) -> Stage | None:
        return self.job_type.stage(self.stage) if self.job_type else None

    @property
    def done(self) -> bool:
        return self.state in DONE

    @property
    def percent(self) -> int | None:
        """0 to 100 over all stages, each of equal weight; None while it is unknown."""
        if self.state == State.SUCCEEDED:
            return 100
        if self.job_type is None or not self.stage:
            return None
        names = [stage.name for stage in self.job_type.stages]
        if self.stage not in names:
            return None
        within = min(1.0, (self.progress_done or 0) / self.progress_total) if self.progress_total else 0.0
        return int(100 * (names.index(self.stage) + within) / len(names))
