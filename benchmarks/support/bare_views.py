"""What the status API is measured beside: views that do as little as Django can."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from notebookops import urls as project
from tasks_app.models import Job


def constant(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"{}", content_type="application/json")


def one_query(_request: HttpRequest, job_id: Any) -> JsonResponse:
    """No token, no rights, no limit, no language, no ETag."""
    job = Job.objects.get(pk=job_id)
    return JsonResponse({"id": job.pk, "kind": job.kind, "state": job.state, "updated_at": job.updated_at})


urlpatterns = [path("bare/constant", constant), path("bare/<uuid:job_id>", one_query), *project.urlpatterns]
