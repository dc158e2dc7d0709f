"""What the rest of the project may do with jobs. Each verb is one transaction, or part of its caller's."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from tasks_app import queues
from tasks_app.errors import CANCELLED_ON_REQUEST, AlreadyEnqueued, Refused
from tasks_app.jobs import sql
from tasks_app.jobs.statements import execute, rows
from tasks_app.jobs.transitions import broker, force_end, outcomes, subjects
from tasks_app.jobs.transitions.failures import Failure
from tasks_app.models import Job
from tasks_app.models.engine.job import ACTIVE
from tasks_app.registry import JobSubject, job_types
from tasks_app.text.japanese import bigrams

User = AbstractBaseUser

TITLE_CHARACTERS = 255
REASON_CHARACTERS = 255

MARKED_FAILED = gettext_noop("Marked as failed by staff.")


@transaction.atomic
def enqueue(
    kind: str,
    subject: JobSubject,
    *,
    params: Mapping[str, Any] | None = None,
    requested_by: User | None = None,
    reason: str = "",
    priority: int = queues.INTERACTIVE,
    parent: Job | None = None,
) -> Job:
    """A job for this subject, published when the transaction commits; the active one if there is one already.

    An active job takes notice of a changed subject. Raises AlreadyEnqueued if it has other parameters.
    """
    job_type = job_types[kind]
    facts = {
        "id": uuid4(),
        "kind": kind,
        "queue": job_type.queue.name,
        "subject_id": subject.pk,
        **_title(subject),
        "notebook_id": subject.job_notebook_id,
        "owner_id": subject.job_owner_id,
        "params": json.dumps(dict(params or {})),
        "input_digest": job_type.input_digest(subject),
        "max_attempts": job_type.attempts,
        "priority": priority,
        "parent_id": parent.pk if parent else None,
        "requested_by_id": requested_by.pk if requested_by else None,
        "request_reason": reason[:REASON_CHARACTERS],
        "dispatch_id": uuid4(),
    }
    while True:
        created = list(Job.objects.raw(sql.ENQUEUE, facts))
        if created:
            _dispatch(created[0])
            return created[0]
        # Locked, so that it cannot end on the old input before it takes notice of the new one.
        active = Job.objects.filter(kind=kind, subject_id=subject.pk, state__in=ACTIVE).select_for_update().first()
        if active is not None:
            return _join(active, facts)


def _join(active: Job, facts: Mapping[str, Any]) -> Job:
    """The active job replaces the new one if it does the same."""
    if active.params != json.loads(facts["params"]):
        raise AlreadyEnqueued(active.pk)
    execute(sql.RENEW_INPUT, {**facts, "id": active.pk})
    active.refresh_from_db()
    return active


@transaction.atomic
def requeue(
    job: Job,
    *,
    by: User | None,
    reason: str = "",
    rebuild: bool = False,
    priority: int = queues.INTERACTIVE,
) -> Job:
    """A new run of a job that is done: from the first stage whose checkpoint does not hold, or from the start.

    Raises Refused where the job is active, its subject is gone, or another job works on the subject.
    """
    job_type = job_types.get(job.kind)
    if job_type is None:
        raise Refused(_("This kind of job no longer exists."))
    subject = subjects.find(job_type, job.subject_id)
    if subject is None:
        raise Refused(_("The subject of the job has been deleted."))
    facts = {
        "id": job.pk,
        "queue": job_type.queue.name,
        "priority": priority,
        "max_attempts": job_type.attempts,
        "input_digest": job_type.input_digest(subject),
        **_title(subject),
        "rebuild": rebuild,
        "requested_by_id": by.pk if by else None,
        "request_reason": reason[:REASON_CHARACTERS],
    }
    try:
        with transaction.atomic():
            revived = list(Job.objects.raw(sql.REQUEUE, facts))
    except IntegrityError as error:
        raise Refused(_("Another job is already processing the same subject.")) from error
    if not revived:
        raise Refused(_("The job is still active."))
    _dispatch(revived[0])
    return revived[0]


@transaction.atomic
def fail(job: Job, *, by: User | None, reason: str = "") -> Job:
    """End an active job as failed, at once; a worker still busy with it can save nothing. Raises Refused."""
    failure = Failure(
        error_class="MarkedFailed",
        code="marked_failed",
        message=MARKED_FAILED,
        details={"by": by.get_username() if by else "", "reason": reason[:REASON_CHARACTERS]},
    )
    if not force_end.force_end([job.pk], outcomes.failed(failure)):
        raise Refused(_("The job is already done."))
    job.refresh_from_db()
    return job


@transaction.atomic
def acknowledge(job: Job, *, by: User | None, reason: str = "") -> Job:
    """Note that somebody has seen this failure: it no longer asks for attention. Raises Refused."""
    if not rows(sql.ACKNOWLEDGE, {"id": job.pk, "by": by.pk if by else None, "note": reason[:REASON_CHARACTERS]}):
        raise Refused(_("Only failures that have not been acknowledged yet can be acknowledged."))
    job.refresh_from_db()
    return job


@transaction.atomic
def cancel(job: Job, *, by: User | None, reason: str = "") -> Job:
    """Cancel a queued job at once, ask a running one to stop; the same for the jobs it made. Raises Refused."""
    family = _family([job.pk])
    transition = outcomes.cancelled(
        CANCELLED_ON_REQUEST,
        by=by.get_username() if by else "",
        reason=reason[:REASON_CHARACTERS],
    )
    asked = rows(sql.ASK_CANCEL, {"ids": family})
    running = {row[0] for row in asked}
    voided = force_end.force_end([member for member in family if member not in running], transition)
    if job.pk not in running and job.pk not in voided:
        raise Refused(_("The job is already done."))
    job.refresh_from_db()
    return job


@transaction.atomic
def abandon(kinds: Iterable[str], subject_id: UUID, reason: str) -> None:
    """Cancel whatever is to be done about a subject that goes away, and forget the unfinished pieces of it."""
    active = Job.objects.filter(kind__in=list(kinds), subject_id=subject_id, state__in=ACTIVE)
    force_end.force_end(_family(list(active.values_list("pk", flat=True))), outcomes.cancelled(reason))
    execute(sql.FORGET_SUBJECT, {"kinds": list(kinds), "subject_id": subject_id})


def _title(subject: JobSubject) -> dict[str, str]:
    """As it is shown, and as it is searched for."""
    title = subject.job_title[:TITLE_CHARACTERS]
    return {"subject_title": title, "title_search": bigrams.vector(title)}


def _family(ids: list[UUID]) -> list[UUID]:
    """These jobs, the active ones they made, and so on, in the order in which rows are locked."""
    known = set(ids)
    newest = list(ids)
    while newest:
        newest = [row[0] for row in rows(sql.CHILDREN, {"ids": newest}) if row[0] not in known]
        known.update(newest)
    return sorted(known)


def _dispatch(job: Job) -> None:
    broker.dispatch_on_commit(
        [
            {
                "id": job.pk,
                "kind": job.kind,
                "queue": job.queue,
                "priority": job.priority,
                "dispatch_id": job.dispatch_id,
            }
        ]
    )
