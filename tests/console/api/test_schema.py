"""The committed description says what the code does, and the code does what it says."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from pytest_django.live_server_helper import LiveServer

from tasks_app.api.representation import shown
from tasks_app.api.schema import DOCUMENT
from tasks_app.api.serializers import JobSerializer
from tasks_app.models import Job, Notebook, Source

EXAMPLES = 5
SECONDS = 60
PATIENCE_SECONDS = 90
FOUND_ALSO = "positive_data_acceptance,unsupported_method,missing_required_header,ignored_auth"
"""Checks that do not fit: what is well-formed may name a notebook that is not there; 405 and 401 have tests here."""


def test_the_description_is_that_of_the_code() -> None:
    with translation.override("en"):
        found = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    assert json.loads(json.dumps(found)) == json.loads(DOCUMENT.read_text("utf-8")), (
        "make it anew: LANGUAGE_CODE=en manage.py spectacular --format openapi-json --file docs/openapi.json"
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


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(PATIENCE_SECONDS + 30)
def test_requests_made_from_it_are_answered_by_it(
    live_server: LiveServer, secret: str, notebook: Notebook, tmp_path: Path, broker: object
) -> None:
    """With a running server: answers of the described shapes, and never a 500."""
    Source.objects.create(notebook=notebook, title="a", pasted_text="x")
    command = [Path(sys.executable).with_name("schemathesis"), "run", str(DOCUMENT), f"--url={live_server.url}"]
    command += [f"--header=Authorization: Bearer {secret}", "--header=Accept-Language: en", "--phases=fuzzing"]
    command += [f"--max-examples={EXAMPLES}", "--generation-deterministic", "--seed=1", f"--max-time={SECONDS}"]
    command += [
        f"--exclude-checks={FOUND_ALSO}",
        "--no-color",
        "--suppress-health-check=all",
        "--workers=1",
        "--warnings=off",
        "--no-shrink",
    ]
    done = subprocess.run(
        [str(part) for part in command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
