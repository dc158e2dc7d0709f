"""What a job's page shows, gathered once for the whole page and for its live part."""

from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, OuterRef, Subquery
from django.db.models.functions import Cast, Coalesce, Now
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django_celery_results.models import TaskResult

from tasks_app.admin.job_times import span
from tasks_app.admin.situation import situation
from tasks_app.admin.verbs import offered
from tasks_app.jobs import subjects
from tasks_app.models import Attempt, Job, StageResult
from tasks_app.models.job import State
from tasks_app.registry import Stage

ATTEMPTS_SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class StageRow:
    """One stage of the kind: the result the job has or builds on, and whether it is in that stage now."""

    label: str
    result: StageResult | None
    current: bool


def context(request: HttpRequest, job: Job) -> dict[str, Any]:
    """For console/job_live.html and the page around it."""
    return {
        "job": job,
        "situation": situation(job),
        "attempts": _attempts(job),
        "stages": _stages(job),
        "subject_url": _subject_url(request, job),
        "verbs_back": reverse("admin:tasks_app_job_change", args=[job.pk]),
        "verbs": offered(request.user, job),
    }


def _attempts(job: Job) -> list[Attempt]:
    """The newest first, each with `queue_wait`, `run_time` and its TaskResult's key while that is kept."""
    result = TaskResult.objects.filter(task_id=Cast(OuterRef("task_id"), CharField())).values("pk")
    annotated = job.attempts.annotate(
        queue_wait=span(F("due_at"), F("started_at")),
        run_time=span(F("started_at"), Coalesce(F("ended_at"), Now())),
        result_pk=Subquery(result),
    )
    return list(annotated.order_by("-number")[:ATTEMPTS_SHOWN])


def _stages(job: Job) -> list[StageRow]:
    """Results count up to the stage the job is in or stopped at: what follows was saved for an earlier job."""
    declared: tuple[Stage, ...] = job.job_type.stages if job.job_type else ()
    names = [stage.name for stage in declared]
    reached = names[: names.index(job.stage)] if job.stage in names else []
    if job.state == State.SUCCEEDED:
        reached = names
    results = StageResult.objects.filter(kind=job.kind, subject_id=job.subject_id, stage__in=reached)
    if job.finished_at is not None:
        results = results.filter(saved_at__lte=job.finished_at)
    newest = {
        result.stage: result for result in results.select_related("attempt").order_by("stage", "-id").distinct("stage")
    }
    return [
        StageRow(
            label=str(stage.label),
            result=newest.get(stage.name),
            current=not job.done and job.stage == stage.name,
        )
        for stage in declared
    ]


def _subject_url(request: HttpRequest, job: Job) -> str:
    """The subject's page, empty if it is gone, has none, or is not for the reader."""
    if job.job_type is None:
        return ""
    model = subjects.model_of(job.job_type)
    options = model._meta
    if not request.user.has_perm(f"{options.app_label}.view_{options.model_name}"):
        return ""
    if not model._default_manager.filter(pk=job.subject_id).exists():
        return ""
    try:
        return reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[job.subject_id])
    except NoReverseMatch:
        return ""
