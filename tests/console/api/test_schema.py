"""The committed description says what the code does, and the code does what it says."""

import json

import pytest
from django.test import Client
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator

from tasks_app.api.representation import shown
from tasks_app.api.schema import DOCUMENT
from tasks_app.api.serializers import JobSerializer
from tasks_app.models import Job


def test_the_description_is_that_of_the_code() -> None:
    with translation.override("en"):
        found = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    assert json.loads(json.dumps(found)) == json.loads(DOCUMENT.read_text("utf-8")), (
        "regenerate it: LANGUAGE_CODE=en manage.py spectacular --format openapi-json --file docs/openapi.json"
    )


@pytest.mark.django_db
def test_a_job_has_the_fields_that_are_described(job: Job) -> None:
    job.awaiting = False  # type: ignore[attr-defined]
    assert list(shown(job)) == list(JobSerializer().fields)


@pytest.mark.django_db
def test_the_site_serves_it(mine: Client) -> None:
    body = mine.get("/api/v1/schema").json()
    assert body["openapi"] == "3.1.1"
    assert "/api/v1/jobs/{job_id}" in body["paths"]
