"""Why a job does what it does: each verdict looks at the facts and says its sentence, or leaves it to the next."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django_celery_beat.models import PeriodicTask

from tasks_app.admin.presentation import duration
from tasks_app.admin.surroundings import Place, Surroundings
from tasks_app.models import Job
from tasks_app.models.job import State
from tasks_app.providers.failures import BUSY, UNREACHABLE
from tasks_app.registry import TASK_PREFIX

LIMITING = "provider_limiting"
AWAITED_NAMED = 3
HEARTBEATS_LATE = 2
"""After so many heartbeats left out, a worker is worth a word."""


@dataclass(frozen=True, kw_only=True)
class Button:
    """What may safely be done: a page to look at, or one that asks first (`asks`), for those who hold `right`."""

    label: str
    url: str
    right: str
    asks: bool = False


@dataclass(frozen=True, kw_only=True)
class Situation:
    """One sentence with its evidence, what to do about it, and the button for that. `name` is the verdict's."""

    name: str
    what: str
    advice: str = ""
    button: Button | None = None


Verdict = Callable[[Job, Surroundings], Situation | None]


def queue_paused(job: Job, around: Surroundings) -> Situation | None:
    control = around.paused.get(job.queue)
    if control is None:
        return None
    if control.drained:
        what = gettext("The queue %(queue)s is being drained since %(time)s.")
    else:
        what = gettext("The queue %(queue)s is paused since %(time)s.")
    what = what % {"queue": job.queue, "time": clock(control.changed_at)}
    return Situation(
        name="queue_paused",
        what=f"{what} {control.reason}".strip(),
        advice=gettext("It starts once the queue goes on."),
        button=Button(
            label=gettext("Resume the queue"),
            url=reverse("admin:tasks_app_queuecontrol_resume", args=[job.queue]),
            right="tasks_app.pause_queue",
            asks=True,
        ),
    )


def waiting_for_others(job: Job, _around: Surroundings) -> Situation | None:
    waits = job.waits.select_related("awaited").order_by("awaited__created_at")
    awaited = [wait.awaited for wait in waits[: AWAITED_NAMED + 1]]
    if not awaited:
        return None
    count = len(awaited) if len(awaited) <= AWAITED_NAMED else job.waits.count()
    named = ", ".join(f"{one} ({State(one.state).label})" for one in awaited[:AWAITED_NAMED])
    what = ngettext("Waits for another job: %(jobs)s", "Waits for %(count)d other jobs: %(jobs)s", count)
    return Situation(
        name="waiting_for_others",
        what=what % {"count": count, "jobs": named + (" …" if count > AWAITED_NAMED else "")},
        advice=gettext("It goes on by itself when they are done, however they end."),
        button=Button(
            label=gettext("Show the job it waits for"),
            url=reverse("admin:tasks_app_job_change", args=[awaited[0].pk]),
            right="tasks_app.view_job",
        ),
    )


def provider_away(job: Job, around: Surroundings) -> Situation | None:
    """Released because a provider cannot be reached or wants a pause: the job is not at fault."""
    if job.next_run_at <= around.now or job.error_code not in (UNREACHABLE, BUSY, LIMITING):
        return None
    host = job.error_details.get("host")
    since = next((state.unreachable_since for state in around.providers if state.host == host), None)
    since = since or job.released_since
    next_try = gettext("Will be tried again at %(time)s.") % {"time": clock(job.next_run_at)}
    sentences = [job.error_text]
    if since is not None:
        sentences.append(gettext("So it is since %(time)s.") % {"time": clock(since)})
    return Situation(
        name="provider_away",
        what=" ".join([*sentences, next_try]),
        advice=gettext("No attempt is counted while it waits."),
        button=Button(
            label=gettext("Show the providers"),
            url=reverse("admin:tasks_app_providerstate_changelist"),
            right="tasks_app.view_providerstate",
        ),
    )


def retry_scheduled(job: Job, around: Surroundings) -> Situation | None:
    if job.next_run_at <= around.now:
        return None
    next_try = gettext("Will be tried again at %(time)s.") % {"time": clock(job.next_run_at)}
    left = job.max_attempts - job.attempt
    advice = ngettext("%(count)d attempt is left.", "%(count)d attempts are left.", left) % {"count": left}
    return Situation(name="retry_scheduled", what=f"{job.error_text} {next_try}".strip(), advice=advice)


def no_worker(job: Job, around: Surroundings) -> Situation | None:
    if job.queue in around.processes:
        return None
    return Situation(
        name="no_worker",
        what=gettext("No worker serves the queue %(queue)s.") % {"queue": job.queue},
        advice=gettext("Start a worker for it; the job then runs by itself."),
        button=Button(
            label=gettext("Show the workers"),
            url=reverse("admin:tasks_app_workerbeat_changelist"),
            right="tasks_app.view_workerbeat",
        ),
    )


def broker_away(_job: Job, around: Surroundings) -> Situation | None:
    if around.messages is not None:
        return None
    return Situation(
        name="broker_away",
        what=gettext("Redis cannot be reached, so workers hear of no job."),
        advice=gettext("Nothing is lost: the job starts once Redis is back."),
    )


def dispatch_lost(job: Job, around: Surroundings) -> Situation | None:
    """Its message is nowhere: never sent, or sent and no longer in the broker."""
    messages = around.messages or {}
    patience = settings.JOB_REPUBLISH_SECONDS if messages.get(job.queue) else settings.JOB_SWEEP_SECONDS
    sent = job.published_at
    if sent is not None and around.now - sent <= timedelta(seconds=patience):
        return None
    what = (
        gettext("Its message was never sent.")
        if sent is None
        else gettext("Its message of %(time)s was lost on the way.") % {"time": clock(sent)}
    )
    if not around.recovering:
        return recovery_silent(around, what)
    repair = around.swept_after(around.now)
    return Situation(
        name="dispatch_lost",
        what=what,
        advice=gettext("Nothing needs to be done: it is sent again at %(time)s.") % {"time": clock(repair)},
        button=_sweep_button(),
    )


def backlog(job: Job, around: Surroundings) -> Situation | None:
    place = around.place(job)
    if not place.ahead:
        return None
    what = gettext("Number %(place)s in the queue %(queue)s; the oldest waits for %(age)s.") % {
        "place": f"{place.ahead + 1}{'+' if place.more else ''}",
        "queue": job.queue,
        "age": duration(around.now - place.oldest) if place.oldest else "",
    }
    return Situation(
        name="backlog",
        what=what,
        advice=_expectation(place, around),
        button=Button(
            label=gettext("Show the queue"),
            url=f"{reverse('admin:tasks_app_job_changelist')}?queue={job.queue}&state__exact=queued",
            right="tasks_app.view_job",
        ),
    )


def waits_for_a_worker(_job: Job, _around: Surroundings) -> Situation:
    return Situation(name="waits_for_a_worker", what=gettext("Waits for a free worker."))


def asked_to_stop(job: Job, _around: Surroundings) -> Situation | None:
    if job.cancel_requested_at is None:
        return None
    return Situation(
        name="asked_to_stop",
        what=gettext("Asked to stop at %(time)s.") % {"time": clock(job.cancel_requested_at)},
        advice=gettext("If its worker does not stop within %(seconds)d seconds, the job is taken from it.")
        % {"seconds": settings.JOB_CANCEL_GRACE_SECONDS},
    )


def heartbeat_late(job: Job, around: Surroundings) -> Situation | None:
    beat = last_heartbeat(job)
    if job.lease_until is None or beat is None:
        return None
    if around.now - beat <= timedelta(seconds=HEARTBEATS_LATE * settings.JOB_HEARTBEAT_SECONDS):
        return None
    what = gettext("Its worker %(worker)s has gone silent; the last sign of life was at %(time)s.") % {
        "worker": job.worker,
        "time": clock(beat),
    }
    if not around.recovering:
        return recovery_silent(around, what)
    recovery = around.swept_after(max(job.lease_until, around.now))
    return Situation(
        name="heartbeat_late",
        what=what,
        advice=gettext("Nothing needs to be done: another worker goes on with it at %(time)s.")
        % {"time": clock(recovery)},
        button=_sweep_button(),
    )


def unusually_slow(job: Job, around: Surroundings) -> Situation | None:
    """Longer at it than 95 of 100 jobs of its kind."""
    pace = around.paces.get(job.kind)
    started = job.attempts.order_by("-number").values_list("started_at", flat=True).first()
    if pace is None or not pace.telling or started is None:
        return None
    running = around.now - started
    if running.total_seconds() <= pace.p95:
        return None
    what = gettext("Has been running for %(time)s, longer than 95 of 100 jobs of its kind (%(usual)s).") % {
        "time": duration(running),
        "usual": duration(pace.p95),
    }
    return Situation(
        name="unusually_slow",
        what=what,
        advice=gettext("Its worker %(worker)s is alive. Wait, or cancel it; what was saved is kept.")
        % {"worker": job.worker},
    )


def runs(job: Job, _around: Surroundings) -> Situation:
    return Situation(name="runs", what=gettext("Runs on %(worker)s.") % {"worker": job.worker})


def succeeded(_job: Job, _around: Surroundings) -> Situation:
    return Situation(name="succeeded", what=gettext("Everything was done."))


def failed(job: Job, _around: Surroundings) -> Situation:
    return Situation(name="failed", what=job.error_text, advice=remedy(job.error_class, job.error_code))


def cancelled(job: Job, _around: Surroundings) -> Situation:
    return Situation(name="cancelled", what=job.error_text, advice=gettext("Requeue it if it is wanted after all."))


VERDICTS: Mapping[str, Sequence[Verdict]] = {
    State.QUEUED: (
        queue_paused,
        waiting_for_others,
        provider_away,
        retry_scheduled,
        no_worker,
        broker_away,
        dispatch_lost,
        backlog,
        waits_for_a_worker,
    ),
    State.RUNNING: (asked_to_stop, heartbeat_late, unusually_slow, runs),
    State.SUCCEEDED: (succeeded,),
    State.FAILED: (failed,),
    State.CANCELLED: (cancelled,),
}
"""In the order in which they are asked; the last of each state always answers."""


def recovery_silent(around: Surroundings, what: str) -> Situation:
    """Something is to be repaired, and nobody does it."""
    since = around.swept_at
    silent = (
        gettext("Recovery has not run since %(time)s.") % {"time": clock(since)}
        if since
        else gettext("Recovery has never run.")
    )
    return Situation(
        name="recovery_silent",
        what=f"{what} {silent}",
        advice=gettext("Start beat and the worker of the queue maintenance; recovery then puts it right by itself."),
        button=Button(
            label=gettext("Show the workers"),
            url=reverse("admin:tasks_app_workerbeat_changelist"),
            right="tasks_app.view_workerbeat",
        ),
    )


def last_heartbeat(job: Job) -> datetime | None:
    """When its lease was last renewed, by what that left of it; None where it does not run."""
    if job.lease_until is None:
        return None
    return job.lease_until - timedelta(seconds=settings.JOB_LEASE_SECONDS)


def remedy(error_class: str, error_code: str) -> str:
    """What to do about a failure."""
    match error_class:
        case "PermanentError":
            return gettext("Trying again alone does not help: put right what the message names, then requeue.")
        case "TransientError":
            return gettext("Requeue it once what it depends on works again.")
        case _ if error_code == "bug":
            return gettext("This is a fault in the program. Show the developers this page.")
        case _:
            return gettext("Requeue it; what was saved is used again.")


def clock(moment: datetime) -> str:
    """The time of day, with the date where it is another day's."""
    local = timezone.localtime(moment)
    today = local.date() == timezone.localdate()
    return date_format(local, "TIME_FORMAT" if today else "SHORT_DATETIME_FORMAT")


def _expectation(place: Place, around: Surroundings) -> str:
    if place.starts_in is None:
        return gettext("How soon it starts cannot be told yet: too few jobs of these kinds have finished.")
    return gettext("Expected to start at about %(time)s, by how long such jobs took of late.") % {
        "time": clock(around.now + place.starts_in)
    }


def _sweep_button() -> Button | None:
    """Recovery at once rather than at its next turn."""
    sweep = PeriodicTask.objects.filter(name=f"{TASK_PREFIX}sweep").values_list("pk", flat=True).first()
    if sweep is None:
        return None
    return Button(
        label=gettext("Repair now"),
        url=reverse("admin:django_celery_beat_periodictask_run", args=[sweep]),
        right="tasks_app.run_schedule",
        asks=True,
    )
