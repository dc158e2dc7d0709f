"""How a job ended, and what to do about it."""

from django.utils.translation import gettext

from tasks_app.admin.jobs.status.context import StatusContext
from tasks_app.admin.jobs.status.diagnosis import Diagnosis
from tasks_app.models import Job


def succeeded(_job: Job, _around: StatusContext) -> Diagnosis:
    return Diagnosis(name="succeeded", what=gettext("All stages finished."))


def failed(job: Job, _around: StatusContext) -> Diagnosis:
    return Diagnosis(name="failed", what=job.error_text, advice=remedy(job.error_class, job.error_code))


def cancelled(job: Job, _around: StatusContext) -> Diagnosis:
    return Diagnosis(name="cancelled", what=job.error_text, advice=gettext("Requeue it if it is needed after all."))


def remedy(error_class: str, error_code: str) -> str:
    """What to do about a failure."""
    match error_class:
        case "PermanentError":
            return gettext("Retrying alone does not help: fix what the message describes, then requeue.")
        case "TransientError":
            return gettext("Requeue it once its dependency works again.")
        case _ if error_code == "bug":
            return gettext("This is a bug in the program. Show this page to the developers.")
        case _:
            return gettext("Requeue it; saved results are reused.")
