"""The paths under /api/v1/. Ids are strings, so that a malformed one is answered like an unknown one."""

from django.urls import path, re_path

from tasks_app.api.views import CancelView, JobsView, JobView, UnknownPathView

app_name = "api"
urlpatterns = [
    path("jobs", JobsView.as_view(), name="jobs"),
    path("jobs/<str:job_id>", JobView.as_view(), name="job"),
    path("jobs/<str:job_id>/cancel", CancelView.as_view(), name="job-cancel"),
    re_path("", UnknownPathView.as_view(), name="unknown"),
]
