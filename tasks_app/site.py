"""The console's site: Django's admin under our name, with our sign-in and the address of the dashboard."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _

from tasks_app.access.sign_in_view import SignInView


class ConsoleSite(AdminSite):
    """`django.contrib.admin.site`, by `notebookops.apps.ConsoleConfig`."""

    site_header = site_title = "NotebookOps"
    site_url = None

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from tasks_app.admin.operations.dashboard.dashboard_view import dashboard_view  # registers with this site

        dashboard = path("tasks_app/job/dashboard/", self.admin_view(dashboard_view), name="tasks_app_job_dashboard")
        return [dashboard, *super().get_urls()]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """As Django's, which does not let its view be replaced."""
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        context = {
            **self.each_context(request),
            "title": _("Log in"),
            "subtitle": None,
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            **(extra_context or {}),
        }
        return SignInView.as_view(extra_context=context)(request)
