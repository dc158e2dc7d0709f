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
from tasks_app.jobs.statements import execute, records, rows
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
    order = prepare(
        kind, subject, params=params, requested_by=requested_by, reason=reason, priority=priority, parent=parent
    )
    while True:
        job = create(order) or join(order)
        if job is not None:
            return job


def prepare(
    kind: str,
    subject: JobSubject,
    *,
    params: Mapping[str, Any] | None = None,
    requested_by: User | None = None,
    reason: str = "",
    priority: int = queues.INTERACTIVE,
    parent: Job | None = None,
) -> Mapping[str, Any]:
    """What `create` and `join` are given: the columns of a new job."""
    job_type = job_types[kind]
    return {
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


def create(order: Mapping[str, Any]) -> Job | None:
    """A new job, published when the current transaction commits; None where the subject has an active one."""
    created = list(Job.objects.raw(sql.ENQUEUE, order))
    if not created:
        return None
    broker.dispatch_on_commit([_message(created[0])])
    return created[0]


@transaction.atomic
def join(order: Mapping[str, Any]) -> Job | None:
    """The active job in place of a new one, if it does the same: a request to cancel it is overruled.

    None where there is none any more. Raises AlreadyEnqueued if it has other parameters.
    """
    force_end.several_jobs()
    # Locked, so that it cannot end on the old input before it takes notice of the new one.
    wanted = Job.objects.filter(kind=order["kind"], subject_id=order["subject_id"], state__in=ACTIVE)
    active = wanted.select_for_update(no_key=True).first()
    if active is None:
        return None
    if active.params != json.loads(order["params"]):
        raise AlreadyEnqueued(active.pk)
    execute(sql.RENEW_INPUT, {**order, "id": active.pk})
    execute(sql.DISOWN, {"id": active.pk, "parent_id": order["parent_id"]})
    execute(sql.WITHDRAW_CANCEL, {"id": active.pk})
    if active.priority > order["priority"]:
        raised = records(sql.RAISE_PRIORITY, {"ids": _family([active.pk]), "priority": order["priority"]})
        broker.dispatch_on_commit([job for job in raised if job["waiting"]])
    active.refresh_from_db()
    return active


def hold(subject: JobSubject) -> None:
    """First thing in a transaction that changes a stored subject and then enqueues: its jobs are locked before it.

    Stages being saved lock them in that order, and would otherwise wait for the person who waits for them.
    """
    force_end.several_jobs()
    rows(sql.HOLD_SUBJECT, {"kinds": subjects.kinds_of(type(subject)), "subject_id": subject.pk})  # type: ignore[arg-type]


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
    broker.dispatch_on_commit([_message(revived[0])])
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
    """Cancel a queued job at once, ask a running one to stop; the same for the jobs it made. Raises Refused.

    Of those it made the ones stay that another job waits for, or that a person has asked for as well.
    """
    force_end.several_jobs()
    family = _family([job.pk])
    transition = outcomes.cancelled(
        CANCELLED_ON_REQUEST,
        by=by.get_username() if by else "",
        reason=reason[:REASON_CHARACTERS],
    )
    asked = rows(sql.ASK_CANCEL, {"ids": family, "details": json.dumps(transition.failure.details)})
    running = {row[0] for row in asked}
    voided = force_end.force_end([member for member in family if member not in running], transition)
    if job.pk not in running and job.pk not in voided:
        raise Refused(_("The job is already done."))
    job.refresh_from_db()
    return job


@transaction.atomic
def abandon(kinds: Iterable[str], subject_id: UUID, reason: str) -> None:
    """Cancel whatever is to be done about a subject that goes away, and forget the unfinished pieces of it."""
    force_end.several_jobs()
    active = Job.objects.filter(kind__in=list(kinds), subject_id=subject_id, state__in=ACTIVE)
    force_end.force_end(_family(list(active.values_list("pk", flat=True))), outcomes.cancelled(reason))
    execute(sql.FORGET_SUBJECT, {"kinds": list(kinds), "subject_id": subject_id})


def _title(subject: JobSubject) -> dict[str, str]:
    """As it is shown, and as it is searched for."""
    title = subject.job_title[:TITLE_CHARACTERS]
    return {"subject_title": title, "title_search": bigrams.vector(title)}


def _family(ids: list[UUID]) -> list[UUID]:
    """These jobs, the active ones they made and nobody else wants, and so on."""
    known = set(ids)
    newest = list(ids)
    while newest:
        children = rows(sql.CHILDREN, {"ids": newest, "known": list(known)})
        newest = [row[0] for row in children if row[0] not in known]
        known.update(newest)
    return list(known)


def _message(job: Job) -> dict[str, Any]:
    return {name: getattr(job, name) for name in ("id", "kind", "queue", "priority", "dispatch_id")}
