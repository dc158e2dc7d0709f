"""Why a queued job does not start."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from tasks_app.admin.common.display import duration
from tasks_app.admin.jobs.status.context import QueuePosition, StatusContext
from tasks_app.admin.jobs.status.diagnosis import Button, Diagnosis, DiagnosisRule, clock
from tasks_app.admin.jobs.status.recovery_diagnosis import recovery_silent, sweep_button
from tasks_app.jobs.transitions.recovery import REPUBLISH_SECONDS
from tasks_app.models import Job
from tasks_app.models.engine.job import State
from tasks_app.providers.provider_errors import BUSY, UNREACHABLE

LIMITING = "provider_limiting"
AWAITED_NAMED = 3


def queue_paused(job: Job, context: StatusContext) -> Diagnosis | None:
    control = context.paused.get(job.queue)
    if control is None:
        return None
    if control.drained:
        what = gettext("The queue %(queue)s has been draining since %(time)s.")
    else:
        what = gettext("The queue %(queue)s has been paused since %(time)s.")
    what = what % {"queue": job.queue, "time": clock(control.changed_at)}
    return Diagnosis(
        name="queue_paused",
        what=f"{what} {control.reason}".strip(),
        advice=gettext("It starts when the queue is resumed."),
        button=Button(
            label=gettext("Resume queue"),
            url=reverse("admin:tasks_app_queuecontrol_resume", args=[job.queue]),
            right="tasks_app.pause_queue",
            asks=True,
        ),
    )


def waiting_for_others(job: Job, _around: StatusContext) -> Diagnosis | None:
    waits = job.waits.select_related("awaited").order_by("awaited__created_at")
    awaited = [wait.awaited for wait in waits[: AWAITED_NAMED + 1]]
    if not awaited:
        return None
    count = len(awaited) if len(awaited) <= AWAITED_NAMED else job.waits.count()
    named = ", ".join(f"{one} ({State(one.state).label})" for one in awaited[:AWAITED_NAMED])
    what = ngettext("Waiting for another job: %(jobs)s", "Waiting for %(count)d other jobs: %(jobs)s", count)
    return Diagnosis(
        name="waiting_for_others",
        what=what % {"count": count, "jobs": named + (" …" if count > AWAITED_NAMED else "")},
        advice=gettext("It continues automatically when they are done, whatever their outcome."),
        button=Button(
            label=gettext("Show the job it is waiting for"),
            url=reverse("admin:tasks_app_job_change", args=[awaited[0].pk]),
            right="tasks_app.view_job",
        ),
    )


def provider_away(job: Job, context: StatusContext) -> Diagnosis | None:
    """Released because a provider cannot be reached or wants a pause: the job is not at fault."""
    if job.next_run_at <= context.now or job.error_code not in (UNREACHABLE, BUSY, LIMITING):
        return None
    host = job.error_details.get("host")
    since = next((state.unreachable_since for state in context.providers if state.host == host), None)
    since = since or job.released_since
    next_try = gettext("Will be retried at %(time)s.") % {"time": clock(job.next_run_at)}
    sentences = [job.error_text]
    if since is not None:
        sentences.append(gettext("Since %(time)s.") % {"time": clock(since)})
    return Diagnosis(
        name="provider_away",
        what=" ".join([*sentences, next_try]),
        advice=gettext("Waiting does not count as an attempt."),
        button=Button(
            label=gettext("Show providers"),
            url=reverse("admin:tasks_app_providerstate_changelist"),
            right="tasks_app.view_providerstate",
        ),
    )


def retry_scheduled(job: Job, context: StatusContext) -> Diagnosis | None:
    if job.next_run_at <= context.now:
        return None
    next_try = gettext("Will be retried at %(time)s.") % {"time": clock(job.next_run_at)}
    left = job.max_attempts - job.attempt
    advice = ngettext("%(count)d attempt is left.", "%(count)d attempts are left.", left) % {"count": left}
    return Diagnosis(name="retry_scheduled", what=f"{job.error_text} {next_try}".strip(), advice=advice)


def no_worker(job: Job, context: StatusContext) -> Diagnosis | None:
    if job.queue in context.processes:
        return None
    return Diagnosis(
        name="no_worker",
        what=gettext("No worker is serving the queue %(queue)s.") % {"queue": job.queue},
        advice=gettext("Start a worker for it; the job then runs automatically."),
        button=Button(
            label=gettext("Show workers"),
            url=reverse("admin:tasks_app_workerheartbeat_changelist"),
            right="tasks_app.view_workerheartbeat",
        ),
    )


def broker_away(_job: Job, context: StatusContext) -> Diagnosis | None:
    if context.messages is not None:
        return None
    return Diagnosis(
        name="broker_away",
        what=gettext("Redis cannot be reached, so workers are not receiving jobs."),
        advice=gettext("No data is lost: the job starts once Redis is back."),
    )


def dispatch_lost(job: Job, context: StatusContext) -> Diagnosis | None:
    """Its message is nowhere: never sent, or sent and no longer in the broker."""
    messages = context.messages or {}
    patience = REPUBLISH_SECONDS if messages.get(job.queue) else settings.JOB_SWEEP_SECONDS
    sent = job.published_at
    if sent is not None and context.now - sent <= timedelta(seconds=patience):
        return None
    what = (
        gettext("Its message was never sent.")
        if sent is None
        else gettext("Its message of %(time)s was lost in transit.") % {"time": clock(sent)}
    )
    if not context.recovering:
        return recovery_silent(context, what)
    repair = context.swept_after(context.now)
    return Diagnosis(
        name="dispatch_lost",
        what=what,
        advice=gettext("No action is needed: it is sent again at %(time)s.") % {"time": clock(repair)},
        button=sweep_button(),
    )


def backlog(job: Job, context: StatusContext) -> Diagnosis | None:
    place = context.queue_position(job)
    if not place.ahead:
        return None
    what = gettext("Position %(place)s in the queue %(queue)s; the oldest job has been waiting for %(age)s.") % {
        "place": f"{place.ahead + 1}{'+' if place.more else ''}",
        "queue": job.queue,
        "age": duration(context.now - place.oldest) if place.oldest else "",
    }
    return Diagnosis(
        name="backlog",
        what=what,
        advice=_expectation(place, context),
        button=Button(
            label=gettext("Show queue"),
            url=f"{reverse('admin:tasks_app_job_changelist')}?queue={job.queue}&state__exact=queued",
            right="tasks_app.view_job",
        ),
    )


def waits_for_a_worker(_job: Job, _around: StatusContext) -> Diagnosis:
    return Diagnosis(name="waits_for_a_worker", what=gettext("Waiting for a free worker."))


QUEUED: Sequence[DiagnosisRule] = (
    queue_paused,
    waiting_for_others,
    provider_away,
    retry_scheduled,
    no_worker,
    broker_away,
    dispatch_lost,
    backlog,
    waits_for_a_worker,
)
"""In the order in which they are asked; the last always answers."""


def _expectation(place: QueuePosition, context: StatusContext) -> str:
    if place.starts_in is None:
        return gettext("The start time cannot be estimated yet: too few jobs of these kinds have finished.")
    return gettext("Expected to start at about %(time)s, based on recent durations.") % {
        "time": clock(context.now + place.starts_in)
    }
