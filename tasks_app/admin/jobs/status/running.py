"""Whether a running job continues as it should."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext

from tasks_app.admin.common.display import duration
from tasks_app.admin.jobs.status.context import StatusContext
from tasks_app.admin.jobs.status.diagnosis import Diagnosis, DiagnosisRule, clock
from tasks_app.admin.jobs.status.recovery_diagnosis import recovery_silent, sweep_button
from tasks_app.models import Job

HEARTBEATS_LATE = 2
"""After so many heartbeats left out, a worker is worth a word."""


def asked_to_stop(job: Job, _around: StatusContext) -> Diagnosis | None:
    if job.cancel_requested_at is None:
        return None
    return Diagnosis(
        name="asked_to_stop",
        what=gettext("Asked to stop at %(time)s.") % {"time": clock(job.cancel_requested_at)},
        advice=gettext("If the worker does not stop within %(seconds)d seconds, the job is stopped forcibly.")
        % {"seconds": settings.JOB_CANCEL_GRACE_SECONDS},
    )


def heartbeat_late(job: Job, context: StatusContext) -> Diagnosis | None:
    beat = last_heartbeat(job)
    if job.lease_until is None or beat is None:
        return None
    if context.now - beat <= timedelta(seconds=HEARTBEATS_LATE * settings.JOB_HEARTBEAT_SECONDS):
        return None
    what = gettext("The worker %(worker)s has stopped responding; its last heartbeat was at %(time)s.") % {
        "worker": job.worker,
        "time": clock(beat),
    }
    if not context.recovering:
        return recovery_silent(context, what)
    recovery = context.swept_after(max(job.lease_until, context.now))
    return Diagnosis(
        name="heartbeat_late",
        what=what,
        advice=gettext("No action is needed: another worker takes over at %(time)s.") % {"time": clock(recovery)},
        button=sweep_button(),
    )


def unusually_slow(job: Job, context: StatusContext) -> Diagnosis | None:
    """Longer at it than 95 of 100 jobs of its kind."""
    stats = context.duration_stats.get(job.kind)
    started = job.attempts.order_by("-number").values_list("started_at", flat=True).first()
    if stats is None or not stats.has_enough_samples or started is None:
        return None
    running = context.now - started
    if running.total_seconds() <= stats.p95:
        return None
    what = gettext("Running for %(time)s, longer than 95%% of similar jobs (%(usual)s).") % {
        "time": duration(running),
        "usual": duration(stats.p95),
    }
    return Diagnosis(
        name="unusually_slow",
        what=what,
        advice=gettext(
            "The last heartbeat of its worker %(worker)s was at %(time)s. Wait, or cancel it; saved results are kept."
        )
        % {"worker": job.worker, "time": clock(last_heartbeat(job) or context.now)},
    )


def runs(job: Job, _around: StatusContext) -> Diagnosis:
    return Diagnosis(name="runs", what=gettext("Running on %(worker)s.") % {"worker": job.worker})


RUNNING: Sequence[DiagnosisRule] = (asked_to_stop, heartbeat_late, unusually_slow, runs)
"""In the order in which they are asked; the last always answers."""


def last_heartbeat(job: Job) -> datetime | None:
    """When its lease was last renewed, by what that left of it; None where it does not run."""
    if job.lease_until is None:
        return None
    return job.lease_until - timedelta(seconds=settings.JOB_LEASE_SECONDS)
