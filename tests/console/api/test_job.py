"""GET /api/v1/jobs/{id}: the body, field by field."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tasks_app.models import Job, JobDependency
from tasks_app.models.engine.job import State
from tasks_app.registry import job_types
from tests.console.api.conftest import change

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, 0, 0, 250_000, tzinfo=UTC)

FIELDS = [
    "id",
    "kind",
    "state",
    "done",
    "cancel_requested",
    "subject",
    "stage",
    "percent",
    "attempt",
    "error",
    "result",
    "created_at",
    "started_at",
    "finished_at",
    "updated_at",
    "retry_after",
]


def get(client: Client, job: Job, **headers: str) -> Any:
    response = client.get(reverse("api:job", args=[job.pk]), headers=headers)
    assert response.status_code == 200
    return response.json()


def running(job: Job, **columns: Any) -> None:
    change(job, state=State.RUNNING, attempt=1, lease_token=uuid4(), lease_until=NOON, started_at=NOON, **columns)


def failed(job: Job, **error: Any) -> None:
    change(job, state=State.FAILED, finished_at=NOON, **{f"error_{name}": value for name, value in error.items()})


def test_a_queued_job(mine: Client, job: Job) -> None:
    change(job, created_at=NOON, updated_at=NOON)
    body = get(mine, job)
    assert list(body) == FIELDS
    assert body == {
        "id": str(job.pk),
        "kind": "source",
        "state": "queued",
        "done": False,
        "cancel_requested": False,
        "subject": {"type": "source", "id": str(job.subject_id)},
        "stage": None,
        "percent": None,
        "attempt": {"number": 0, "max": 4},
        "error": None,
        "result": None,
        "created_at": "2026-11-24T12:00:00.250000Z",
        "started_at": None,
        "finished_at": None,
        "updated_at": "2026-11-24T12:00:00.250000Z",
        "retry_after": 3,
    }


def test_a_running_job_tells_stage_and_percent(mine: Client, job: Job) -> None:
    running(job, stage="format", progress_done=1, progress_total=2, cancel_requested_at=NOON)
    body = get(mine, job)
    position = [stage.name for stage in job_types["source"].stages].index("format")
    count = len(job_types["source"].stages)
    assert body["stage"] == {
        "key": "format",
        "label": body["stage"]["label"],
        "index": position + 1,
        "count": count,
    }
    assert body["percent"] == int(100 * (position + 0.5) / count)
    assert body["attempt"] == {"number": 1, "max": 4}
    assert body["started_at"] == "2026-11-24T12:00:00.250000Z"
    assert body["cancel_requested"] is True


def test_a_parked_job_waits(mine: Client, job: Job, another: Job) -> None:
    change(job, stage="format")
    JobDependency.objects.create(parent=job, awaited=another)
    body = get(mine, job)
    assert body["state"] == "queued"
    assert body["stage"]["key"] == "waiting"
    assert body["stage"]["label"] == "Waiting for other jobs"
    assert get(mine, another)["stage"] is None


def test_the_end_of_the_wait_is_seen(mine: Client, job: Job, another: Job) -> None:
    running(job, stage="format")
    JobDependency.objects.create(parent=job, awaited=another)
    assert get(mine, job)["stage"]["key"] == "format"


def test_a_done_job_needs_no_further_questions(mine: Client, job: Job) -> None:
    change(job, state=State.SUCCEEDED, finished_at=NOON)
    response = mine.get(reverse("api:job", args=[job.pk]))
    assert "Retry-After" not in response
    body = response.json()
    assert body["done"] is True
    assert body["percent"] == 100
    assert body["stage"] is None
    assert body["retry_after"] is None
    assert body["finished_at"] == "2026-11-24T12:00:00.250000Z"


@pytest.mark.parametrize(("queue", "seconds"), [("chat", 1), ("content", 3), ("llm", 3), ("transcription", 10)])
def test_the_queue_decides_when_to_ask_again(mine: Client, job: Job, queue: str, seconds: int) -> None:
    change(job, queue=queue)
    response = mine.get(reverse("api:job", args=[job.pk]))
    assert response["Retry-After"] == str(seconds)
    assert response.json()["retry_after"] == seconds


def test_what_came_out_has_an_address(mine: Client, job: Job) -> None:
    assert get(mine, job)["result"] is None
    change(job, state=State.SUCCEEDED, finished_at=NOON)
    href = get(mine, job)["result"]["href"]
    assert href == f"/api/v1/sources/{job.subject_id}"
    assert mine.get(href).json()["id"] == str(job.subject_id)


def test_an_error_is_told_in_the_language_of_the_request(mine: Client, job: Job) -> None:
    """With a message that Django translates itself, so that nothing depends on our catalogue."""
    failed(job, **{"class": "PermanentError"}, code="empty", message="This field is required.")
    error = get(mine, job)["error"]
    assert error == {
        "code": "empty",
        "title": "The job failed.",
        "detail": "This field is required.",
        "retryable": False,
    }
    assert get(mine, job, **{"Accept-Language": "ja"})["error"] == {
        **error,
        "title": get(mine, job, **{"Accept-Language": "ja"})["error"]["title"],
        "detail": "この項目は必須です。",
    }


def test_names_are_never_translated(mine: Client, job: Job) -> None:
    running(job, stage="extract")
    english, japanese = (get(mine, job, **{"Accept-Language": language}) for language in ("en", "ja"))
    for body in (english, japanese):
        body["stage"].pop("label")
    assert english == japanese


@pytest.mark.parametrize(
    ("error_class", "code", "retryable"),
    [
        ("TransientError", "endpoint_busy", True),
        ("WorkerLost", "worker_silent", True),
        ("OperationalError", "database_away", True),
        ("PermanentError", "no_text", False),
        ("MarkedFailed", "marked_failed", False),
        ("ZeroDivisionError", "bug", False),
    ],
)
def test_which_failures_are_worth_another_try(
    mine: Client, job: Job, error_class: str, code: str, retryable: bool
) -> None:
    failed(job, **{"class": error_class}, code=code, message="Failed.")
    assert get(mine, job)["error"]["retryable"] is retryable


def test_a_bug_is_not_told_to_the_outside(mine: Client, job: Job) -> None:
    failed(
        job,
        **{"class": "ZeroDivisionError"},
        code="bug",
        message="Internal error (%(error)s).",
        details={"error": "ZeroDivisionError"},
    )
    response = mine.get(reverse("api:job", args=[job.pk]))
    assert b"ZeroDivision" not in response.content
    assert response.json()["error"]["detail"] == "An internal error stopped the job. Staff can see the details."


def test_an_error_that_is_being_retried_is_no_error_yet(mine: Client, job: Job) -> None:
    change(job, error_class="TransientError", error_code="busy", error_message="Later.", attempt=1)
    assert get(mine, job)["error"] is None


def test_a_cancelled_job_says_so(mine: Client, job: Job) -> None:
    change(
        job,
        state=State.CANCELLED,
        finished_at=NOON,
        error_class="Cancelled",
        error_code="cancelled",
        error_message="Cancelled on request.",
    )
    body = get(mine, job)
    assert (body["state"], body["done"]) == ("cancelled", True)
    assert body["error"]["code"] == "cancelled"
    assert body["error"]["title"] == "The job was cancelled."
    assert body["error"]["retryable"] is False


def test_a_kind_that_is_no_longer_declared_can_still_be_followed(mine: Client, job: Job) -> None:
    change(job, kind="retired", stage="format")
    body = get(mine, job)
    assert body["kind"] == "retired"
    assert body["subject"] == {"type": None, "id": str(job.subject_id)}
    assert body["stage"] is None
    assert body["percent"] is None
