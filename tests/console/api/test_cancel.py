"""POST /api/v1/jobs/{id}/cancel."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tasks_app.jobs.transitions import lease as leases
from tasks_app.jobs.transitions import verbs
from tasks_app.models import Job
from tasks_app.models.engine.job import State
from tasks_app.registry import job_types
from tests.console.api.conftest import SignIn, change

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(job: Job) -> str:
    return reverse("api:job-cancel", args=[job.pk])


def test_a_queued_job_is_cancelled_at_once(mine: Client, job: Job, path: str) -> None:
    response = mine.post(path)
    assert response.status_code == 202
    body = response.json()
    assert (body["id"], body["state"], body["done"]) == (str(job.pk), "cancelled", True)
    assert body["error"]["code"] == "cancelled"
    assert "Retry-After" not in response
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert job.error_details["by"] == "owner"


def test_a_running_job_is_asked_to_stop(mine: Client, job: Job, path: str) -> None:
    assert leases.claim(job_types["source"], job.pk, job.dispatch_id, "tests@localhost")
    response = mine.post(path)
    assert response.status_code == 202
    body = response.json()
    assert (body["state"], body["done"], body["cancel_requested"]) == ("running", False, True)
    assert response["Retry-After"] == "3"
    assert mine.post(path).status_code == 202


def test_asking_again_is_no_error(mine: Client, job: Job, path: str) -> None:
    verbs.cancel(job, by=None)
    response = mine.post(path)
    assert response.status_code == 200
    assert response.json()["state"] == "cancelled"


@pytest.mark.parametrize("state", [State.SUCCEEDED, State.FAILED])
def test_what_is_done_cannot_be_cancelled(mine: Client, job: Job, path: str, state: State) -> None:
    change(job, state=state)
    response = mine.post(path)
    assert response.status_code == 409
    assert response["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "The job is already done.",
        "instance": path,
    }


def test_staff_need_the_right(sign_in: SignIn, viewer: User, operator: User, job: Job, path: str) -> None:
    refused = sign_in(viewer).post(path)
    assert refused.status_code == 403
    assert refused["Content-Type"] == "application/problem+json"
    job.refresh_from_db()
    assert job.state == State.QUEUED
    assert sign_in(operator).post(path).status_code == 202


def test_strangers_learn_nothing(sign_in: SignIn, stranger: User, job: Job, path: str) -> None:
    response = sign_in(stranger).post(path)
    assert response.status_code == 404
    assert response.content == sign_in(stranger).get("/api/v1/jobs/unknown").content
    job.refresh_from_db()
    assert job.state == State.QUEUED


def test_another_site_cannot_cancel(owner: User, job: Job, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    response = client.post(path)
    assert response.status_code == 403
    assert response["Content-Type"] == "application/problem+json"
    job.refresh_from_db()
    assert job.state == State.QUEUED


def test_without_a_session(job: Job, path: str) -> None:
    assert Client().post(path).status_code == 401
