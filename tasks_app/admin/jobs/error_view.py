"""The page of failures that are alike."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from tasks_app.admin.common.read_only import ReadOnlyAdmin
from tasks_app.admin.jobs.actions.job_actions import ACKNOWLEDGE, REQUEUE
from tasks_app.admin.jobs.changelist import error_groups


def errors(request: HttpRequest, model_admin: ReadOnlyAdmin) -> HttpResponse:
    """Failures that are alike, together. Raises PermissionDenied for those who may not see jobs."""
    model_admin.require_view(request)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": gettext("Failures by cause"),
        "lines": error_groups.newest(),
        "days": error_groups.DAYS,
        "verbs": [verb for verb in (REQUEUE, ACKNOWLEDGE) if verb.allowed(model_admin, request)],
    }
    return render(request, "console/jobs/errors.html", context)
