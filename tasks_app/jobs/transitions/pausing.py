"""Pausing queues, one by one or all of them before maintenance.

A pause of one queue is for a fault in what it depends on. Draining pauses every queue that carries jobs, with one
reason, so that what runs can finish and nothing new starts; ending it resumes only what the drain itself had paused.
Periodic tasks continue either way, as recovery is needed most while others work on the system.
"""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import Refused
from tasks_app.jobs import sql
from tasks_app.jobs.statements import execute
from tasks_app.models import QueueControl
from tasks_app.queues import MAINTENANCE, QUEUES

JOB_QUEUES = tuple(name for name in QUEUES if name != MAINTENANCE.name)
"""Those that carry jobs, and so can be paused."""

REASON_CHARACTERS = 255


@transaction.atomic
def pause(queue: str, *, by: AbstractBaseUser | None, reason: str) -> QueueControl:
    """From now on no job of this queue starts; it keeps accepting them. Raises Refused where it is paused already.

    In a queue that is being drained the pause becomes the queue's own, and outlives the drain.
    """
    control = _control(queue)
    if control.paused and not control.drained:
        raise Refused(_("The queue is already paused."))
    return _set(control, by, paused=True, drained=False, reason=reason)


@transaction.atomic
def resume(queue: str, *, by: AbstractBaseUser | None, reason: str = "") -> QueueControl:
    """Its jobs start again, at the next sweep at the latest. Raises Refused where it is not paused."""
    control = _control(queue)
    if not control.paused:
        raise Refused(_("The queue is not paused."))
    execute(sql.FORGET_PUBLISHING, {"queues": [queue]})
    return _set(control, by, paused=False, drained=False, reason=reason)


@transaction.atomic
def drain(*, by: AbstractBaseUser | None, reason: str) -> list[QueueControl]:
    """Pause every queue that is not paused yet; those. Raises Refused where there is none."""
    going = [control for control in map(_control, JOB_QUEUES) if not control.paused]
    if not going:
        raise Refused(_("Every queue is already paused."))
    return [_set(control, by, paused=True, drained=True, reason=reason) for control in going]


@transaction.atomic
def end_drain(*, by: AbstractBaseUser | None, reason: str = "") -> list[QueueControl]:
    """Resume what the drain had paused; those queues. Raises Refused where none is being drained."""
    drained = list(QueueControl.objects.filter(drained=True).order_by("queue").select_for_update())
    if not drained:
        raise Refused(_("No queue is draining."))
    execute(sql.FORGET_PUBLISHING, {"queues": [control.queue for control in drained]})
    return [_set(control, by, paused=False, drained=False, reason=reason) for control in drained]


def paused() -> list[QueueControl]:
    """The queues that start nothing now, by name."""
    return list(QueueControl.objects.filter(paused=True).select_related("changed_by").order_by("queue"))


def _control(queue: str) -> QueueControl:
    """The queue's row, locked; made where there is none. Raises Refused for a queue that carries no jobs."""
    if queue not in JOB_QUEUES:
        raise Refused(_("This queue carries no jobs and cannot be paused."))
    QueueControl.objects.get_or_create(queue=queue)
    return QueueControl.objects.select_for_update(of=("self",)).get(queue=queue)


def _set(
    control: QueueControl, by: AbstractBaseUser | None, *, paused: bool, drained: bool, reason: str
) -> QueueControl:
    control.paused, control.drained, control.reason = paused, drained, reason[:REASON_CHARACTERS]
    control.changed_by = by  # type: ignore[assignment]
    control.save()
    return control
