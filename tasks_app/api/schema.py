"""The description of the API as OpenAPI 3.1: what each call answers, and the finished document."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, PolymorphicProxySerializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tasks_app.api.base import ApiView
from tasks_app.api.queries import MAX_IDS, MAX_WAIT
from tasks_app.api.resources.resource import Resource, request_fields
from tasks_app.api.serializers import JobSerializer, JobsSerializer, ProblemSerializer

PREFIX = "/api/v1/"
DOCUMENT = Path(settings.BASE_DIR) / "docs" / "openapi.json"
"""Made by `manage.py spectacular --format openapi-json --file docs/openapi.json`; a test compares."""

PROBLEM = "application/problem+json"
ALWAYS = (400, 401, 406, 429)
"""What any call may answer."""

Shape = Any


def _parameter(name: str, place: Any, description: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, more.pop("type", str), place, description=description, **more)


JOB_ID = _parameter("job_id", OpenApiParameter.PATH, "The id of a job. A malformed id returns 404.")
NOTEBOOK_ID = _parameter("notebook_id", OpenApiParameter.PATH, "The id of a notebook.")
SUBJECT_ID = _parameter("subject_id", OpenApiParameter.PATH, "The id of the subject.")
FILE = _parameter("name", OpenApiParameter.PATH, "The name of the file.")
KEY = _parameter(
    "Idempotency-Key",
    OpenApiParameter.HEADER,
    "A request repeated with the same key only returns the same response. 1 to 255 printable ASCII characters.",
)
LIST_PARAMETERS = [
    _parameter("ids", OpenApiParameter.QUERY, f"From 1 to {MAX_IDS} comma-separated ids."),
    _parameter("subject_type", OpenApiParameter.QUERY, "With subject_id: the jobs about this subject."),
    _parameter("subject_id", OpenApiParameter.QUERY, "See subject_type.", type={"type": "string", "format": "uuid"}),
    _parameter(
        "chat_session_id", OpenApiParameter.QUERY, "The jobs of this chat.", type={"type": "string", "format": "uuid"}
    ),
    _parameter("active", OpenApiParameter.QUERY, "Only jobs that are not done.", type=bool),
    _parameter("cursor", OpenApiParameter.QUERY, "The page given by `next`."),
    _parameter("wait", OpenApiParameter.QUERY, f"Reserved: seconds, from 0 to {MAX_WAIT}.", type=int),
]


def answers(code: int, shape: Shape, *problems: int) -> dict[Any, Any]:
    found: dict[Any, Any] = {code: shape}
    for status in sorted({*ALWAYS, *problems}):
        found[(status, PROBLEM)] = OpenApiResponse(ProblemSerializer)
    return found


def job_answers() -> dict[Any, Any]:
    return answers(200, JobSerializer, 404) | {304: OpenApiResponse(description="Not changed.")}


def of_result(resource: Resource) -> dict[str, Any]:
    return {
        "operation_id": f"get_{_name(resource)}",
        "summary": "Results so far",
        "parameters": [SUBJECT_ID],
        "responses": answers(200, resource.result, 404),
    }


def of_job_request(resource: Resource) -> dict[str, Any]:
    """One body for all kinds of work on the subject: `kind`, and what some of them want besides."""
    requests = resource.requests
    fields: dict[str, Any] = {"kind": serializers.ChoiceField(choices=list(requests), required=False)}
    for request in requests.values():
        fields |= request_fields(request, optional=True)
    shape = type(f"{resource.model.__name__}OrderSerializer", (serializers.Serializer,), fields)
    several = JobsSerializer if any(request.on for request in requests.values()) else JobSerializer
    described = _accepted(resource, shape, {"application/json": shape})
    if several is JobsSerializer:
        described["responses"][202] = PolymorphicProxySerializer("JobOrJobs", [JobSerializer, JobsSerializer], None)
    return {
        **described,
        "operation_id": f"work_on_{_name(resource)}",
        "summary": "Process it; returns the active job if there is one",
        "parameters": [SUBJECT_ID, KEY],
    }


def of_submission(resource: Resource) -> dict[str, Any]:
    shape = resource.submission
    bodies = {"application/json": shape}
    if resource.takes_files:
        bodies["multipart/form-data"] = shape
    return {
        **_accepted(resource, shape, bodies),
        "operation_id": f"submit_{_name(resource)}",
        "summary": "Submit and process",
        "parameters": [KEY],
    }


def of_file(resource: Resource) -> dict[str, Any]:
    return {
        "operation_id": f"get_file_of_{_name(resource)}",
        "summary": f"Result file: {', '.join(resource.downloads)}",
        "parameters": [SUBJECT_ID, FILE],
        "responses": answers(200, OpenApiTypes.BINARY, 404),
    }


def _accepted(resource: Resource, shape: Any, bodies: dict[str, Any]) -> dict[str, Any]:
    return {"request": bodies, "responses": answers(202, JobSerializer, 403, 404, 409, 413, 415, 422)}


def _name(resource: Resource) -> str:
    return resource.path.replace("-", "_").removesuffix("s")


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "tasks_app.api.auth.access.Bearer"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "tasks_app.api.auth.access.Session"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


def of_api(endpoints: Sequence[Any], **_more: Any) -> list[Any]:
    """Only what is under /api/."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(PREFIX)]


class SchemaView(ApiView):
    """The committed description."""

    schema = None

    def get(self, request: Request) -> Response:
        return Response(json.loads(DOCUMENT.read_text("utf-8")))
