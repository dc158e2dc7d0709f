"""Whether anything is left to do for a subject, determined without doing it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured

from tasks_app.errors import JobError
from tasks_app.jobs import sql
from tasks_app.jobs.attempts.stage_context import key_of
from tasks_app.jobs.statements import rows
from tasks_app.models import Job
from tasks_app.models.engine.job import State
from tasks_app.registry import JobSubject, Stage, job_types


@dataclass(frozen=True, kw_only=True)
class SubjectNow:
    """The `registry.StageFacts` of a job, were it run on what its subject is now."""

    kind: str
    job_id: UUID
    input_digest: str
    subject: JobSubject
    params: Mapping[str, Any]


def newest(kind: str, subject_id: UUID) -> Job | None:
    """The job of this kind for that subject that was last heard of: the active one, if there is one.

    Not the one made last: an older one may have been requeued since. Index: job_of_subject.
    """
    return Job.objects.filter(kind=kind, subject_id=subject_id).order_by("-updated_at", "-created_at").first()


def succeeded(job: Job | None, subject: JobSubject) -> bool:
    """Whether this job ended well on what the subject is now."""
    return job is not None and job.state == State.SUCCEEDED and job.input_digest == digest(job.kind, subject)


def unchanged(job: Job | None, subject: JobSubject) -> bool:
    """Whether it ended well and doing it again would find every checkpoint to hold, models and prompts included."""
    if job is None or not succeeded(job, subject):
        return False
    held = dict(rows(sql.CHECKPOINTS, {"kind": job.kind, "subject_id": subject.pk}))
    return len(kept(job, subject, held)) == len(job_types[job.kind].stages)


def kept(job: Job, subject: JobSubject, held: Mapping[str, str]) -> tuple[Stage, ...]:
    """The leading stages that a new run on what the subject is now would find done; `held` are the keys by stage.

    A stage that cannot even say what it depends on, as its provider is not set up, is to be done.
    """
    facts = SubjectNow(
        kind=job.kind, job_id=job.pk, input_digest=digest(job.kind, subject), subject=subject, params=job.params
    )
    done: list[Stage] = []
    for stage in job_types[job.kind].stages:
        try:
            holds = held.get(stage.name) == key_of(stage, facts)
        except (JobError, ImproperlyConfigured):
            holds = False
        if not holds:
            break
        done.append(stage)
    return tuple(done)


def settled(job: Job | None, subject: JobSubject, since: Any) -> bool:
    """Whether it is done, on what the subject is now, and was still to be done at that time."""
    return (
        job is not None
        and job.done
        and job.input_digest == digest(job.kind, subject)
        and job.finished_at is not None
        and job.finished_at >= since
    )


def digest(kind: str, subject: JobSubject) -> str:
    """What a job of this kind for that subject depends on."""
    return job_types[kind].input_digest(subject)
