"""The paths under /api/v1/. Ids are strings, so that a malformed one is answered like an unknown one."""

from typing import Any

from django.urls import URLPattern, path, re_path
from drf_spectacular.utils import extend_schema, extend_schema_view

from tasks_app.api import schema
from tasks_app.api.resource_views import FileView, JobRequestView, ResourceView, ResultView, SubmitView
from tasks_app.api.resources import RESOURCES
from tasks_app.api.resources.resource import Resource
from tasks_app.api.views import (
    CancelView,
    JobsView,
    JobView,
    NotebookJobsView,
    ReadTokenView,
    RequeueView,
    UnknownPathView,
)


def paths_of(resource: Resource) -> list[URLPattern]:
    """What the API offers about one type of subject."""
    one = f"{resource.path}/<str:subject_id>"
    result = _view(ResultView, resource, get=schema.of_result(resource))
    job_request = _view(JobRequestView, resource, post=schema.of_job_request(resource))
    found = [
        path(one, result, name=f"{resource.path}-result"),
        path(f"{one}/jobs", job_request, name=f"{resource.path}-jobs"),
    ]
    if resource.submission:
        submit = _view(SubmitView, resource, post=schema.of_submission(resource))
        found.append(path(resource.path, submit, name=f"{resource.path}-submit"))
    if resource.downloads:
        file = _view(FileView, resource, get=schema.of_file(resource))
        found.append(path(f"{one}/<str:name>", file, name=f"{resource.path}-file"))
    return found


def _view(base: type[ResourceView], resource: Resource, **described: dict[str, Any]) -> Any:
    """A view of this resource, with the description of its one method."""
    view = type(f"{resource.model.__name__}{base.__name__}", (base,), {"resource": resource})
    decorate: Any = extend_schema_view(**{method: extend_schema(**said) for method, said in described.items()})
    return decorate(view).as_view()


app_name = "api"
urlpatterns = [
    path("jobs", JobsView.as_view(), name="jobs"),
    path("jobs/<str:job_id>", JobView.as_view(), name="job"),
    path("jobs/<str:job_id>/cancel", CancelView.as_view(), name="job-cancel"),
    path("jobs/<str:job_id>/requeue", RequeueView.as_view(), name="job-requeue"),
    path("notebooks/<str:notebook_id>/jobs", NotebookJobsView.as_view(), name="notebook-jobs"),
    path("read-tokens", ReadTokenView.as_view(), name="read-tokens"),
    path("schema", schema.SchemaView.as_view(), name="schema"),
    *(pattern for resource in RESOURCES for pattern in paths_of(resource)),
    re_path("", UnknownPathView.as_view(), name="unknown"),
]
