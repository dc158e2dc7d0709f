"""The console's site: Django's admin under our name, with the address of the dashboard."""

from django.contrib.admin import AdminSite
from django.urls import URLPattern, URLResolver, path

from tasks_app.access.sign_in_form import SignInForm


class ConsoleSite(AdminSite):
    """`django.contrib.admin.site`, by `notebookops.apps.ConsoleConfig`."""

    site_header = site_title = "NotebookOps"
    site_url = None
    login_form = SignInForm

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from tasks_app.admin.operations.dashboard.dashboard_view import dashboard_view  # registers with this site

        dashboard = path("tasks_app/job/dashboard/", self.admin_view(dashboard_view), name="tasks_app_job_dashboard")
        return [dashboard, *super().get_urls()]
