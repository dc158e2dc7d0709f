"""Workers and periodic heartbeats: which workers run, what each is doing, and which are not responding."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.common.read_only import ReadOnlyAdmin
from tasks_app.admin.jobs.status.liveness import worker_statuses
from tasks_app.models import PeriodicHeartbeat, WorkerHeartbeat


@admin.register(WorkerHeartbeat)
class WorkerHeartbeatAdmin(ReadOnlyAdmin):
    """One page for all workers, which stays up to date by itself."""

    def get_urls(self) -> list[URLPattern]:
        live = path("live/", self.admin_site.admin_view(self.live_view), name="tasks_app_workerheartbeat_live")
        return [live, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            **self._status(request),
            "opts": self.opts,
            "title": gettext("Workers"),
        }
        return render(request, "console/operations/workers.html", context)

    def live_view(self, request: HttpRequest) -> HttpResponse:
        return render(request, "console/operations/workers_live.html", self._status(request))

    def _status(self, request: HttpRequest) -> dict[str, Any]:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return {"workers": worker_statuses(), "may_see_jobs": request.user.has_perm("tasks_app.view_job")}


@admin.register(PeriodicHeartbeat)
class PeriodicHeartbeatAdmin(ReadOnlyAdmin):
    empty_text = _("No periodic task has run yet. Start beat and a worker for the maintenance queue.")
    list_display = ("name", "last_at")
