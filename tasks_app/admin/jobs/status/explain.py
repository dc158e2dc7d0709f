"""One sentence that tells what a job is doing or why it is not, and one that tells what to do about it."""

from collections.abc import Mapping, Sequence

from tasks_app.admin.jobs.status.base import Situation, Verdict
from tasks_app.admin.jobs.status.context import Surroundings
from tasks_app.admin.jobs.status.finished import cancelled, failed, succeeded
from tasks_app.admin.jobs.status.queued import QUEUED
from tasks_app.admin.jobs.status.running import RUNNING
from tasks_app.models import Job
from tasks_app.models.engine.job import State

VERDICTS: Mapping[str, Sequence[Verdict]] = {
    State.QUEUED: QUEUED,
    State.RUNNING: RUNNING,
    State.SUCCEEDED: (succeeded,),
    State.FAILED: (failed,),
    State.CANCELLED: (cancelled,),
}
"""The last of each state always answers."""


def situation(job: Job, around: Surroundings | None = None) -> Situation:
    """In the active language. Jobs that are looked at together share their `around`."""
    shared = around or Surroundings()
    return next(found for verdict in VERDICTS[job.state] if (found := verdict(job, shared)) is not None)
