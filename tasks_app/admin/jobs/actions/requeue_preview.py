"""What a new run of jobs would come to: what it can use again, what it replaces, when it starts, what it may cost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from tasks_app.admin.common.display import cost, duration
from tasks_app.admin.jobs.status.context import StatusContext
from tasks_app.admin.jobs.status.duration_stats import DurationStats
from tasks_app.jobs.attempts import freshness
from tasks_app.jobs.transitions import subjects
from tasks_app.models import Job, StageResult
from tasks_app.models.engine.job import ACTIVE, State
from tasks_app.queues import INTERACTIVE
from tasks_app.registry import JobType, Stage, job_types

Saved = Mapping[str, StageResult]
"""By stage, the newest result of a kind for a subject."""


@dataclass(frozen=True, kw_only=True)
class RequeuePreview:
    """`obstacle` says why there can be no new run. `kept` leading stages of the kind hold, of those that are `saved`.

    `starts_in` is None where it cannot be estimated, for example while its queue is `paused`.
    """

    obstacle: str = ""
    job_type: JobType | None = None
    kept: tuple[Stage, ...] = ()
    saved: Saved | None = None
    succeeded: bool = False
    edited: bool = False
    paused: bool = False
    starts_in: timedelta | None = None
    duration_stats: DurationStats | None = None

    def work(self, rebuild: bool) -> Iterable[str]:
        """From which stage on it works, and what that saves."""
        if self.job_type is None:
            return
        if rebuild or not self.kept:
            yield gettext("Runs all stages.")
            return
        following = self.job_type.stages[len(self.kept) :]
        if following:
            yield gettext("Resumes at the stage “%(stage)s”.") % {"stage": following[0].label}
        else:
            yield gettext("All stages are already done; it finishes immediately.")
        results = [self.saved[stage.name] for stage in self.kept] if self.saved else []
        tokens = sum(result.input_tokens + result.output_tokens for result in results)
        saving = gettext("This saves %(time)s.") % {"time": duration(sum(result.seconds for result in results))}
        if tokens:
            saving = gettext("This saves %(time)s and about %(tokens)s tokens.") % {
                "time": duration(sum(result.seconds for result in results)),
                "tokens": f"{tokens:,}",
            }
        yield saving

    def replacement(self, rebuild: bool) -> Iterable[str]:
        """Which outputs are there and would be made again."""
        if self.job_type is None:
            return
        anew = self.job_type.stages if rebuild else self.job_type.stages[len(self.kept) :]
        replaced = [str(stage.label) for stage in anew if self.saved and stage.name in self.saved]
        if replaced:
            yield gettext("Replaces the results of: %(stages)s.") % {"stages": " / ".join(replaced)}
        if self.edited:
            yield gettext("The result has been edited by staff. The edits are kept.")

    def expectation(self, rebuild: bool) -> Iterable[str]:
        """When it starts, and what it may cost by what such jobs cost of late."""
        if self.paused:
            yield gettext("Its queue is paused; it starts when the queue is resumed.")
        elif self.starts_in is not None:
            yield gettext("Expected to start in about %(time)s.") % {"time": duration(self.starts_in)}
        if self.duration_stats is None or not self.duration_stats.tokens:
            return
        share = 1.0
        if self.job_type is not None and not rebuild:
            share -= len(self.kept) / len(self.job_type.stages)
        yield gettext("Estimated: %(tokens)s tokens, cost %(cost)s.") % {
            "tokens": f"{round(self.duration_stats.tokens * share):,}",
            "cost": cost(self.duration_stats.cost * share),
        }


NO_PREVIEW = RequeuePreview()


def requeue_previews(jobs: Sequence[Job], priority: int = INTERACTIVE) -> list[RequeuePreview]:
    """One for each, in order, were they requeued with this priority.

    Of two about the same subject only the first can be. Statements: half a dozen for all, two for each kind, and what
    the stages of each job ask to name their inputs.
    """
    context = StatusContext()
    found = _subjects(jobs)
    saved = _saved(jobs)
    active = Job.objects.filter(
        subject_id__in=[job.subject_id for job in jobs], kind__in={job.kind for job in jobs}, state__in=ACTIVE
    )
    taken = {(kind, subject): pk for pk, kind, subject in active.values_list("pk", "kind", "subject_id")}
    queues = _Queues(context, priority)
    told = []
    for job in jobs:
        place = (job.kind, job.subject_id)
        rival = taken.setdefault(place, job.pk) != job.pk
        told.append(_preview(job, found.get(place), saved.get(place, {}), rival, queues))
    return told


def _preview(job: Job, subject: Any, saved: Saved, rival: bool, queues: "_Queues") -> RequeuePreview:
    job_type = job.job_type
    if not job.done:
        return NO_PREVIEW
    if job_type is None:
        return RequeuePreview(obstacle=gettext("This kind of job no longer exists."))
    if subject is None:
        return RequeuePreview(obstacle=gettext("The subject of the job has been deleted."))
    if rival:
        return RequeuePreview(obstacle=gettext("Another job is already processing the same subject."))
    return RequeuePreview(
        job_type=job_type,
        kept=freshness.kept(job, subject, {stage: result.key for stage, result in saved.items()}),
        saved=saved,
        succeeded=job.state == State.SUCCEEDED,
        edited=job_type.edited(subject),
        paused=job_type.queue.name in queues.context.paused,
        starts_in=queues.take(job),
        duration_stats=queues.context.duration_stats.get(job.kind),
    )


class _Queues:
    """Computes the times at which jobs that are requeued one after the other may start."""

    def __init__(self, context: StatusContext, priority: int) -> None:
        self.context = context
        self._priority = priority
        self._next: dict[str, timedelta | None] = {}

    def take(self, job: Job) -> timedelta | None:
        queue = job_types[job.kind].queue.name
        if queue not in self._next:
            place = self.context.queue_position_at(queue, self._priority, self.context.now, UUID(int=2**128 - 1))
            self._next[queue] = place.starts_in
        mine = self._next[queue]
        stats, served = self.context.duration_stats.get(job.kind), self.context.processes.get(queue, 0)
        self._next[queue] = mine + timedelta(seconds=stats.seconds / served) if mine is not None and stats else None
        return mine


def _subjects(jobs: Sequence[Job]) -> Mapping[tuple[str, UUID], Any]:
    """By kind and id; one statement for each kind."""
    wanted: dict[str, list[UUID]] = {}
    for job in jobs:
        if job.job_type is not None:
            wanted.setdefault(job.kind, []).append(job.subject_id)
    return {
        (kind, pk): subject
        for kind, ids in wanted.items()
        for pk, subject in subjects.model_of(job_types[kind])._default_manager.in_bulk(ids).items()
    }


def _saved(jobs: Sequence[Job]) -> Mapping[tuple[str, UUID], Saved]:
    """The newest result of each stage. Index: stage_result_newest."""
    results = StageResult.objects.filter(
        kind__in={job.kind for job in jobs}, subject_id__in=[job.subject_id for job in jobs]
    )
    newest: dict[tuple[str, UUID], dict[str, StageResult]] = {}
    for result in results.order_by("kind", "subject_id", "stage", "-id").distinct("kind", "subject_id", "stage"):
        newest.setdefault((result.kind, result.subject_id), {})[result.stage] = result
    return newest
