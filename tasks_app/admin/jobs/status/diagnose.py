"""One sentence about what a job is doing or why it is not running, and one about what to do."""

from collections.abc import Mapping, Sequence

from tasks_app.admin.jobs.status.context import StatusContext
from tasks_app.admin.jobs.status.diagnosis import Diagnosis, DiagnosisRule
from tasks_app.admin.jobs.status.finished import cancelled, failed, succeeded
from tasks_app.admin.jobs.status.queued import QUEUED
from tasks_app.admin.jobs.status.running import RUNNING
from tasks_app.models import Job
from tasks_app.models.engine.job import State

DIAGNOSIS_RULES: Mapping[str, Sequence[DiagnosisRule]] = {
    State.QUEUED: QUEUED,
    State.RUNNING: RUNNING,
    State.SUCCEEDED: (succeeded,),
    State.FAILED: (failed,),
    State.CANCELLED: (cancelled,),
}
"""The last of each state always answers."""


def diagnose(job: Job, context: StatusContext | None = None) -> Diagnosis:
    """In the active language. Jobs that are looked at together share their `context`."""
    shared = context or StatusContext()
    return next(found for rule in DIAGNOSIS_RULES[job.state] if (found := rule(job, shared)) is not None)
