"""The stage that has others do the parts of a job, and waits for them without holding a worker."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from tasks_app.errors import Park, PermanentError
from tasks_app.jobs.attempts import freshness
from tasks_app.models import Job
from tasks_app.models.engine.job import ACTIVE, State
from tasks_app.registry import JobSubject, Stage, StageContext, StageFacts

Judge = Callable[[Job | None, JobSubject], bool]
"""Whether the newest job for a subject leaves nothing to do."""

NOT_DONE = gettext_noop("It has not been processed.")
CANCELLED = gettext_noop("Its job was cancelled.")


@dataclass(frozen=True, kw_only=True)
class Child:
    """A part of the work that is a job of its own: `kind` done for `subject`."""

    kind: str
    subject: JobSubject


def fan_out(children: Callable[[StageFacts], Sequence[Child]], nothing_to_do: Judge) -> Stage:
    """`children` names the parts of a job. Each that `nothing_to_do` does not excuse gets a job, or has one already.

    A part is asked for once per run: whether its job then ended well is for later stages to see (`missing`).
    The stage raises PermanentError where there are no parts at all.
    """

    def inputs(facts: StageFacts) -> Mapping[str, Any]:
        """Of parts that are not in order the run is an input too: a later one tries them again."""
        found = [(child, freshness.newest(child.kind, child.subject.pk)) for child in children(facts)]
        open_ = any(not nothing_to_do(job, child.subject) for child, job in found)
        return {
            "children": [(child.kind, str(child.subject.pk), _digest(child)) for child, _job in found],
            "run": [str(facts.job_id), str(_started(facts))] if open_ else None,
        }

    def run(context: StageContext) -> Sequence[Child]:
        parts = children(context)
        if not parts:
            raise PermanentError(
                "nothing_attached",
                _("Nothing is attached. Add a material or the minutes, then requeue."),
            )
        since = _started(context)
        awaited = [job_id for child in parts if (job_id := _awaited(context, child, nothing_to_do, since))]
        context.progress(len(parts) - len(awaited), len(parts))
        if awaited:
            raise Park(tuple(awaited))
        return parts

    def save(context: StageContext, parts: Sequence[Child]) -> Mapping[str, Any]:
        return {"parts": len(parts), "missing": sum(missing(part) is not None for part in parts)}

    return Stage(name="fan_out", label=_("Parts"), inputs=inputs, run=run, save=save)


def _awaited(context: StageContext, child: Child, nothing_to_do: Judge, since: Any) -> UUID | None:
    """The job to wait for; None where there is nothing to do, or it was done in this run, well or badly."""
    job = freshness.newest(child.kind, child.subject.pk)
    if job is not None and job.state in ACTIVE and _serves(job, context, child):
        return job.pk
    if nothing_to_do(job, child.subject) or freshness.settled(job, child.subject, since):
        return None
    return context.enqueue_child(child.kind, child.subject)


def _serves(job: Job, context: StageContext, child: Child) -> bool:
    """Whether an active job does what is needed as it is: on this input, as urgently, and not about to be cancelled."""
    urgency = Job.objects.values_list("priority", flat=True).get(pk=context.job_id)
    same_input = job.input_digest == _digest(child)
    return same_input and job.priority <= urgency and job.cancel_requested_at is None


def missing(child: Child) -> Mapping[str, Any] | None:
    """Why a part did not come out, as {kind, title, reason (a message id), details}; None if it did."""
    job = freshness.newest(child.kind, child.subject.pk)
    if freshness.succeeded(job, child.subject):
        return None
    reason, details = _reason(job)
    return {"kind": child.kind, "title": child.subject.title, "reason": reason, "details": details}


def _reason(job: Job | None) -> tuple[str, Mapping[str, Any]]:
    if job is None or job.state in (*ACTIVE, State.SUCCEEDED):
        return NOT_DONE, {}
    if job.state == State.CANCELLED:
        return CANCELLED, {}
    return job.error_message, job.error_details


def _started(facts: StageFacts) -> Any:
    """When this run of the job began, by the database's clock."""
    return Job.objects.values_list("started_at", flat=True).get(pk=facts.job_id)


def _digest(child: Child) -> str:
    return freshness.digest(child.kind, child.subject)
