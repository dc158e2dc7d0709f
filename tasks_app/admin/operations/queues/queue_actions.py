"""What staff may do to queues, in words: button, question, consequences, and report."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import Message
from tasks_app.jobs.transitions import pausing
from tasks_app.models import QueueControl

PERMISSION = "tasks_app.pause_queue"

Call = Callable[[str, AbstractBaseUser, str], list[QueueControl]]


@dataclass(frozen=True, kw_only=True)
class QueueVerb:
    """`call` takes the queue's name (empty for all), who asks and why, and returns the rows it changed."""

    name: str
    label: Message
    question: Message
    will: Callable[[], list[str]]
    logged: Message
    done: Message
    call: Call
    reason_required: bool = False
    dangerous: bool = False
    of_all: bool = False


def _stops() -> list[str]:
    return [
        gettext("No new jobs start on this queue; running jobs finish."),
        gettext("Jobs can still be submitted. They wait, and their pages show why."),
    ]


def _goes_on() -> list[str]:
    return [
        gettext("Waiting jobs start again within %(seconds)d seconds, user-facing jobs first.")
        % {"seconds": settings.JOB_SWEEP_SECONDS + 1}
    ]


def _drains() -> list[str]:
    return [
        gettext("No new jobs start on any queue; running jobs finish."),
        gettext("The Queues page shows when no jobs are running and workers can be stopped."),
        gettext("Jobs can still be submitted. Periodic tasks continue."),
    ]


def _ends_drain() -> list[str]:
    return [gettext("Queues that were paused individually stay paused."), *_goes_on()]


PAUSE = QueueVerb(
    name="pause",
    label=_("Pause"),
    question=_("Pause the queue %(queue)s?"),
    will=_stops,
    logged=_("Paused."),
    done=_("The queue %(queue)s is paused."),
    call=lambda queue, by, reason: [pausing.pause(queue, by=by, reason=reason)],
    reason_required=True,
    dangerous=True,
)
RESUME = QueueVerb(
    name="resume",
    label=_("Resume"),
    question=_("Resume the queue %(queue)s?"),
    will=_goes_on,
    logged=_("Resumed."),
    done=_("The queue %(queue)s was resumed."),
    call=lambda queue, by, reason: [pausing.resume(queue, by=by, reason=reason)],
)
DRAIN = QueueVerb(
    name="drain",
    label=_("Drain all queues"),
    question=_("Drain all queues?"),
    will=_drains,
    logged=_("Draining started."),
    done=_("All queues are draining."),
    call=lambda _queue, by, reason: pausing.drain(by=by, reason=reason),
    reason_required=True,
    dangerous=True,
    of_all=True,
)
END_DRAIN = QueueVerb(
    name="end_drain",
    label=_("Stop draining"),
    question=_("Stop draining?"),
    will=_ends_drain,
    logged=_("Draining stopped."),
    done=_("The queues were resumed."),
    call=lambda _queue, by, reason: pausing.end_drain(by=by, reason=reason),
    of_all=True,
)
QUEUE_VERBS = (PAUSE, RESUME, DRAIN, END_DRAIN)


def may_pause(user: User | AnonymousUser) -> bool:
    return user.has_perm("tasks_app.view_queuecontrol") and user.has_perm(PERMISSION)
