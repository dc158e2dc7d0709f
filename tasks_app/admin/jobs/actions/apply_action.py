"""Applies a staff action to one job and records it in the job's history."""

from django.contrib.admin import ModelAdmin
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext

from tasks_app.admin.jobs.actions.job_actions import Verb
from tasks_app.models import Job
from tasks_app.queues import BULK, INTERACTIVE


@transaction.atomic
def apply_action(
    model_admin: ModelAdmin[Job], request: HttpRequest, verb: Verb, job: Job, reason: str, *, bulk: bool = False
) -> None:
    """In one transaction. In `bulk` a job lets those pass that people wait for. Raises Refused with nothing done."""
    options = {"priority": BULK if bulk else INTERACTIVE} if verb.queues else {}
    verb.call(job, by=request.user, reason=reason, **options)
    said = str(verb.logged)
    if reason:
        said += " " + gettext("Reason: %(reason)s") % {"reason": reason}
    model_admin.log_change(request, job, said)
