"""What a job's page shows, gathered once for the whole page and for its live part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, F, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Coalesce, Now
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django_celery_results.models import TaskResult

from tasks_app.admin.jobs.actions.job_actions import offered
from tasks_app.admin.jobs.status.context import StatusContext
from tasks_app.admin.jobs.status.diagnose import diagnose
from tasks_app.admin.jobs.status.durations import span
from tasks_app.admin.jobs.status.running import last_heartbeat
from tasks_app.admin.jobs.timeline import timeline
from tasks_app.jobs.transitions import subjects
from tasks_app.models import Attempt, Job, StageResult
from tasks_app.models.engine.job import State
from tasks_app.registry import Stage

ATTEMPTS_SHOWN = 50
CHILDREN_SHOWN = 50
ENTRIES_SHOWN = 30


@dataclass(frozen=True, kw_only=True)
class StageRow:
    """One stage of the kind: the result the job has or builds on, and whether it is in that stage now."""

    label: str
    result: StageResult | None
    current: bool


@dataclass(frozen=True, kw_only=True)
class Hold:
    """A worker's hold on a running job: until when, and how long ago it last said that it lives."""

    worker: str
    until: datetime
    beat_age: timedelta


def context(request: HttpRequest, job: Job) -> dict[str, Any]:
    """For console/jobs/job_live.html and the page around it. The reader may see jobs."""
    context = StatusContext()
    attempts = _attempts(job)
    verdict = diagnose(job, context)
    button = verdict.button
    return {
        "job": job,
        "diagnosis": verdict,
        "button": button if button and request.user.has_perm(button.right) else None,
        "hold": _hold(job, context),
        "attempts": attempts,
        "timeline": timeline(attempts, _saved_by(attempts), _labels(job)),
        "stages": _stages(job),
        "children": _children(job),
        "subject_url": subject_url(request, job),
        "outputs": _outputs(job),
        "history": _history(job),
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


def _saved_by(attempts: Sequence[Attempt]) -> list[StageResult]:
    """Index: stage_result_per_attempt."""
    return list(StageResult.objects.filter(attempt__in=[attempt.pk for attempt in attempts]))


def _labels(job: Job) -> dict[str, str]:
    return {stage.name: str(stage.label) for stage in job.job_type.stages} if job.job_type else {}


def _stages(job: Job) -> list[StageRow]:
    """Results count up to the stage the job is in or stopped at: what follows was saved for an earlier job."""
    declared: tuple[Stage, ...] = job.job_type.stages if job.job_type else ()
    names = [stage.name for stage in declared]
    reached = names[: names.index(job.stage)] if job.stage in names else []
    if job.state == State.SUCCEEDED:
        reached = names
    results = StageResult.objects.filter(kind=job.kind, subject_id=job.subject_id, stage__in=reached)
    if job.finished_at is not None:
        results = results.filter(Q(job=job.pk) | Q(saved_at__lte=job.finished_at))
    newest = {
        result.stage: result for result in results.select_related("attempt").order_by("stage", "-id").distinct("stage")
    }
    return [
        StageRow(
            label=str(stage.label),
            result=newest.get(stage.name),
            current=job.state != State.SUCCEEDED and job.stage == stage.name,
        )
        for stage in declared
    ]


def _hold(job: Job, context: StatusContext) -> Hold | None:
    beat = last_heartbeat(job)
    if beat is None or job.lease_until is None:
        return None
    return Hold(worker=job.worker, until=job.lease_until, beat_age=max(timedelta(), context.now - beat))


def _children(job: Job) -> list[Job]:
    """The jobs it made, newest first. Index: job_children."""
    return list(job.children.defer("title_search").order_by("-created_at")[:CHILDREN_SHOWN])


def _outputs(job: Job) -> Mapping[str, int | str]:
    """By which figures one judges what came out; empty for a job that is not done or whose subject is gone."""
    if job.state != State.SUCCEEDED or job.job_type is None:
        return {}
    subject = subjects.find(job.job_type, job.subject_id)
    return job.job_type.outputs(subject) if subject else {}


def _history(job: Job) -> list[LogEntry]:
    """What staff did to it and why, newest first. Index: log_entry_of_object."""
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Job, for_concrete_model=False), object_id=str(job.pk)
    )
    return list(entries.select_related("user").order_by("-action_time")[:ENTRIES_SHOWN])


def subject_url(request: HttpRequest, job: Job) -> str:
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
