"""Asking again and again: ETag, 304, Retry-After, and the methods that go with it."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from tasks_app.jobs.transitions import lease as leases
from tasks_app.models import Job
from tasks_app.models.engine.job import State
from tasks_app.registry import job_types
from tests.console.api.conftest import change

pytestmark = pytest.mark.django_db

VARY = {"Authorization", "Cookie", "Accept-Language"}


@pytest.fixture
def path(job: Job) -> str:
    return reverse("api:job", args=[job.pk])


def vary(header: str) -> set[str]:
    return {name.strip() for name in header.split(",")}


def test_answers_belong_to_one_reader(mine: Client, path: str) -> None:
    response = mine.get(path)
    assert response["Content-Type"] == "application/json"
    assert set(response["Cache-Control"].split(", ")) == {"private", "no-cache"}
    assert vary(response["Vary"]) >= VARY


def test_nothing_new_is_told_in_no_bytes(mine: Client, path: str) -> None:
    first = mine.get(path)
    again = mine.get(path, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == first["ETag"]
    assert again["Retry-After"] == first["Retry-After"] == "3"
    assert set(again["Cache-Control"].split(", ")) == {"private", "no-cache"}
    assert vary(again["Vary"]) >= VARY


@pytest.mark.parametrize("form", ["W/{}", '"other", {}', "*"])
def test_every_form_of_the_condition_is_understood(mine: Client, path: str, form: str) -> None:
    etag = mine.get(path)["ETag"]
    assert mine.get(path, headers={"If-None-Match": form.format(etag)}).status_code == 304


def test_something_new_is_told_in_full(mine: Client, job: Job, path: str) -> None:
    etag = mine.get(path)["ETag"]
    change(job, stage="extract")
    response = mine.get(path, headers={"If-None-Match": etag})
    assert response.status_code == 200
    assert response["ETag"] != etag
    assert response.json()["stage"]["key"] == "extract"


def test_a_done_job_stays_unchanged_without_a_wish_to_be_asked(mine: Client, job: Job, path: str) -> None:
    change(job, state=State.CANCELLED)
    again = mine.get(path, headers={"If-None-Match": mine.get(path)["ETag"]})
    assert again.status_code == 304
    assert "Retry-After" not in again


def test_a_heartbeat_changes_nothing_for_the_reader(mine: Client, job: Job, path: str) -> None:
    held = leases.claim(job_types["source"], job.pk, job.dispatch_id, "tests@localhost")
    assert held is not None
    change(job, lease_until=F("lease_until") - timedelta(seconds=1))
    until = Job.objects.values_list("lease_until", flat=True).get(pk=job.pk)
    etag = mine.get(path)["ETag"]
    assert leases.renew(held)
    assert Job.objects.values_list("lease_until", flat=True).get(pk=job.pk) != until
    assert mine.get(path, headers={"If-None-Match": etag}).status_code == 304


def test_an_error_is_never_a_match(mine: Client) -> None:
    response = mine.get("/api/v1/jobs/unknown", headers={"If-None-Match": "*"})
    assert response.status_code == 404
    assert "ETag" not in response


def test_head_is_get_without_the_body(mine: Client, path: str) -> None:
    response, full = mine.head(path), mine.get(path)
    assert response.status_code == 200
    assert response.content == b""
    for name in ("ETag", "Retry-After", "Cache-Control", "Content-Type"):
        assert response[name] == full[name]
    assert mine.head(path, headers={"If-None-Match": full["ETag"]}).status_code == 304


def test_options_names_the_methods(mine: Client, path: str) -> None:
    response = mine.options(path)
    assert response.status_code == 204
    assert response.content == b""
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert mine.options(f"{path}/cancel")["Allow"] == "POST, OPTIONS"
