"""One sentence that tells what a job is doing or why it is not, and one that tells what to do about it."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from tasks_app.admin.alive import BEATS_MISSED
from tasks_app.models import Job, QueueControl, WorkerBeat
from tasks_app.models.job import State
from tasks_app.providers.failures import UNREACHABLE


@dataclass(frozen=True, kw_only=True)
class Situation:
    what: str
    advice: str = ""


def situation(job: Job) -> Situation:
    """In the active language. At most three short queries."""
    match job.state:
        case State.QUEUED:
            return _queued(job)
        case State.RUNNING:
            return _running(job)
        case State.SUCCEEDED:
            return Situation(what=gettext("Everything was done."))
        case State.FAILED:
            return Situation(what=job.error_text, advice=_advice(job))
        case _:
            return Situation(what=job.error_text, advice=gettext("Requeue it if it is wanted after all."))


def _queued(job: Job) -> Situation:
    control = QueueControl.objects.filter(queue=job.queue, paused=True).first()
    if control is not None:
        what = gettext("The queue %(queue)s is paused.") % {"queue": job.queue}
        return Situation(what=f"{what} {control.reason}".strip(), advice=gettext("It starts once the queue goes on."))
    awaited = job.waits.count()
    if awaited:
        return Situation(what=gettext("Waits for other jobs: %(count)d.") % {"count": awaited})
    now = timezone.now()
    if job.next_run_at > now:
        what = gettext("Will be tried again at %(time)s.") % {"time": _clock(job.next_run_at)}
        return Situation(what=f"{job.error_text} {what}".strip(), advice=_patience(job))
    alive_since = now - timedelta(seconds=BEATS_MISSED * settings.JOB_HEARTBEAT_SECONDS)
    if not WorkerBeat.objects.filter(queues__contains=[job.queue], seen_at__gte=alive_since).exists():
        return Situation(
            what=gettext("No worker serves the queue %(queue)s.") % {"queue": job.queue},
            advice=gettext("Start a worker for it; the job then runs by itself."),
        )
    return Situation(what=gettext("Waits for a free worker."))


def _patience(job: Job) -> str:
    """For a job that waits for a provider which is away."""
    if job.error_code != UNREACHABLE:
        return ""
    return gettext(
        "No attempt is counted while it waits. The page of providers tells more and can test the connection."
    )


def _running(job: Job) -> Situation:
    if job.cancel_requested_at is not None:
        return Situation(
            what=gettext("Asked to stop at %(time)s.") % {"time": _clock(job.cancel_requested_at)},
            advice=gettext("If its worker does not stop within %(seconds)d seconds, the job is taken from it.")
            % {"seconds": settings.JOB_CANCEL_GRACE_SECONDS},
        )
    if job.lease_until is not None and job.lease_until < timezone.now():
        return Situation(
            what=gettext("Its worker %(worker)s has gone silent.") % {"worker": job.worker},
            advice=gettext("Nothing needs to be done: another worker goes on with it shortly."),
        )
    return Situation(what=gettext("Runs on %(worker)s.") % {"worker": job.worker})


def _advice(job: Job) -> str:
    match job.error_class:
        case "PermanentError":
            return gettext("Trying again alone does not help: put right what the message names, then requeue.")
        case "TransientError":
            return gettext("Requeue it once what it depends on works again.")
        case _ if job.error_code == "bug":
            return gettext("This is a fault in the program. Show the developers this page.")
        case _:
            return gettext("Requeue it; what was saved is used again.")


def _clock(moment: object) -> str:
    return date_format(timezone.localtime(moment), "TIME_FORMAT")  # type: ignore[arg-type]
