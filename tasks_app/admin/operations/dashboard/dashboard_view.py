"""The dashboard by itself, which the start page asks for again and again."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tasks_app.admin.operations.dashboard import dashboard_context


def dashboard_view(request: HttpRequest) -> HttpResponse:
    """Raises PermissionDenied for those who may not see jobs."""
    if not request.user.has_perm("tasks_app.view_job"):
        raise PermissionDenied
    return render(request, "console/operations/dashboard/dashboard.html", dashboard_context.context(request.user))
