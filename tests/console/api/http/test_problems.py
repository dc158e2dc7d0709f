"""Whatever goes wrong under /api/ is reported as application/problem+json, in the request's language."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path, reverse
from rest_framework.request import Request
from rest_framework.response import Response

from notebookops import urls as project
from tasks_app.api.base import ApiView
from tasks_app.api.http import handlers
from tasks_app.models import Job

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"


class Broken(ApiView):
    def get(self, request: Request) -> Response:
        raise ZeroDivisionError("a secret")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("a secret")


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("a secret")


urlpatterns = [
    path("api/v1/broken", Broken.as_view()),
    path("api/plain/forbidden", forbidden),
    path("api/plain/suspicious", suspicious),
    path("plain/forbidden", forbidden),
    *project.urlpatterns,
]
"""The project's, and some that go wrong: one inside REST framework, the others outside."""

handler400, handler403, handler404, handler500 = (
    project.handler400,
    project.handler403,
    project.handler404,
    project.handler500,
)


def assert_problem(response: object, status: int, title: str, instance: str | None) -> None:
    assert response.status_code == status  # type: ignore[attr-defined]
    assert response["Content-Type"] == PROBLEM  # type: ignore[index]
    assert response["Cache-Control"] == "private, no-cache"  # type: ignore[index]
    body = response.json()  # type: ignore[attr-defined]
    assert (body["type"], body["title"], body["status"]) == ("about:blank", title, status)
    assert body["detail"]
    assert body.get("instance") == instance
    assert "secret" not in str(body)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "post"])
def test_other_methods_are_refused(mine: Client, job: Job, method: str) -> None:
    address = reverse("api:job", args=[job.pk])
    response = getattr(mine, method)(address)
    assert_problem(response, 405, "Method Not Allowed", address)
    assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_cancelling_is_not_reading(mine: Client, job: Job) -> None:
    address = reverse("api:job-cancel", args=[job.pk])
    assert_problem(mine.get(address), 405, "Method Not Allowed", address)


def test_only_json_is_spoken(mine: Client, job: Job) -> None:
    address = reverse("api:job", args=[job.pk])
    response = mine.get(address, headers={"Accept": "text/html"})
    assert_problem(response, 406, "Not Acceptable", address)


@pytest.mark.parametrize("accept", ["application/json", "*/*", "text/html, application/*;q=0.5"])
def test_json_is_spoken(mine: Client, job: Job, accept: str) -> None:
    assert mine.get(reverse("api:job", args=[job.pk]), headers={"Accept": accept}).status_code == 200


@pytest.mark.parametrize("address", ["/api/v1/nothing", "/api/v1/", "/api/v1/jobs/", "/api/v1/jobs/a/b/c"])
@pytest.mark.parametrize("method", ["get", "post", "put"])
def test_unknown_paths(mine: Client, address: str, method: str) -> None:
    assert_problem(getattr(mine, method)(address), 404, "Not Found", None)


@pytest.mark.parametrize("address", ["/api/", "/api/v2/jobs"])
def test_unknown_versions(mine: Client, address: str) -> None:
    assert_problem(mine.get(address), 404, "Not Found", None)


def test_unknown_pages_of_the_console_are_pages(mine: Client) -> None:
    assert mine.get("/nothing")["Content-Type"].startswith("text/html")


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("address", "status", "title"),
    [
        ("/api/v1/broken", 500, "Internal Server Error"),
        ("/api/plain/forbidden", 403, "Forbidden"),
        ("/api/plain/suspicious", 400, "Bad Request"),
    ],
)
def test_what_never_reaches_the_exception_handler(mine: Client, address: str, status: int, title: str) -> None:
    assert_problem(mine.get(address), status, title, address)


@pytest.mark.urls(__name__)
def test_pages_outside_keep_their_own(mine: Client) -> None:
    assert mine.get("/plain/forbidden")["Content-Type"].startswith("text/html")


def test_a_foreign_host_name_is_refused(mine: Client) -> None:
    response = mine.get("/api/v1/jobs", headers={"Host": "evil.example"})
    assert_problem(response, 400, "Bad Request", "/api/v1/jobs")


@pytest.mark.parametrize("name", ["bad_request", "server_error"])
def test_the_console_keeps_djangos_pages(rf: RequestFactory, name: str) -> None:
    request = rf.get("/admin/")
    handler = getattr(handlers, name)
    response = handler(request) if name == "server_error" else handler(request, ValueError())
    assert response["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(("language", "detail"), [("en", "Not found."), ("ja", "見つかりませんでした。")])
@pytest.mark.parametrize("address", ["/api/v1/jobs/unknown", "/api/v2/"])
def test_details_are_in_the_language_of_the_request(mine: Client, address: str, language: str, detail: str) -> None:
    response = mine.get(address, headers={"Accept-Language": language})
    assert response.json()["detail"] == detail
    assert response["Content-Language"] == language
