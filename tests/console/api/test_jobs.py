"""GET /api/v1/jobs: many at once, by id or by subject; never all of them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db.models import F
from django.test import Client
from django.urls import reverse

from tasks_app.jobs.transitions import verbs
from tasks_app.models import Job, Source
from tasks_app.models.engine.job import State
from tests.console.api.conftest import SignIn, change

pytestmark = pytest.mark.django_db

PAGE = 50


@pytest.fixture
def path() -> str:
    return reverse("api:jobs")


def about(job: Job, **more: str) -> dict[str, str]:
    return {"subject_type": "source", "subject_id": str(job.subject_id), **more}


def history(job: Job, count: int) -> list[Job]:
    """Older jobs about the same subject, all made at the same instant; in the order of the list."""
    made = [
        Job(
            kind="source",
            queue="content",
            subject_id=job.subject_id,
            owner=job.owner,
            input_digest="",
            max_attempts=4,
            state=State.FAILED,
            created_at=job.created_at - timedelta(hours=1),
        )
        for _ in range(count)
    ]
    Job.objects.bulk_create(made)
    return sorted(made, key=lambda one: one.pk, reverse=True)


def ids(body: Any) -> list[str]:
    return [item["id"] for item in body["items"]]


def test_by_ids_in_the_order_asked_for(mine: Client, path: str, job: Job, another: Job) -> None:
    unknown = str(uuid4())
    asked = [str(another.pk), unknown, "議事録", str(job.pk), str(another.pk)]
    response = mine.get(path, {"ids": ",".join(asked)})
    assert response.status_code == 200
    assert ids(response.json()) == [str(another.pk), str(job.pk)]
    assert response.json()["missing"] == [unknown, "議事録"]
    assert response.json()["items"][1] == mine.get(reverse("api:job", args=[job.pk])).json()


def test_unreadable_ids_are_missing_like_unknown_ones(sign_in: SignIn, stranger: User, path: str, job: Job) -> None:
    asked = [str(job.pk), str(uuid4())]
    body = sign_in(stranger).get(path, {"ids": ",".join(asked)}).json()
    assert body == {"items": [], "missing": asked}


def test_the_soonest_of_them_says_when_to_ask_again(mine: Client, path: str, job: Job, another: Job) -> None:
    asked = {"ids": f"{job.pk},{another.pk}"}
    change(job, queue="transcription")
    assert mine.get(path, asked)["Retry-After"] == "3"
    change(another, state=State.SUCCEEDED)
    assert mine.get(path, asked)["Retry-After"] == "10"
    change(job, state=State.FAILED)
    assert "Retry-After" not in mine.get(path, asked)


def test_a_list_that_is_unchanged_costs_no_bytes(mine: Client, path: str, job: Job) -> None:
    asked = {"ids": str(job.pk)}
    etag = mine.get(path, asked)["ETag"]
    again = mine.get(path, asked, headers={"If-None-Match": etag})
    assert (again.status_code, again["Retry-After"]) == (304, "3")


def test_at_most_fifty_ids(mine: Client, path: str) -> None:
    many = [str(uuid4()) for _ in range(51)]
    assert mine.get(path, {"ids": ",".join(many[:50])}).status_code == 200
    response = mine.get(path, {"ids": ",".join(many)})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["errors"] == [{"name": "ids", "detail": "At most 50 ids are allowed at a time."}]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"active": "true"},
        {"ids": ""},
        {"ids": "\0"},
        {"ids": str(uuid4()), "subject_type": "source", "subject_id": str(uuid4())},
        {"subject_type": "source"},
        {"subject_id": str(uuid4())},
        {"subject_type": "source", "subject_id": "nonsense"},
        {"subject_type": "job", "subject_id": str(uuid4())},
        {"subject_type": "source", "subject_id": str(uuid4()), "active": "perhaps"},
        {"subject_type": "source", "subject_id": str(uuid4()), "cursor": "nonsense"},
        {"subject_type": "source", "subject_id": str(uuid4()), "cursor": "議事録"},
        {"subject_type": "source", "subject_id": str(uuid4()), "cursor": "cD15ZXN0ZXJkYXk="},
        {"subject_type": "source", "subject_id": str(uuid4()), "cursor": "cD0yMDI2LTEzLTAx"},
        {"subject_type": "source", "subject_id": str(uuid4()), "cursor": "cD0yMDI2LTAxLTAxVDAwOjAwOjAw"},
    ],
)
def test_questions_that_make_no_sense(mine: Client, path: str, query: dict[str, str]) -> None:
    response = mine.get(path, query)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["instance"] == path


def test_the_jobs_about_a_subject_newest_first(mine: Client, path: str, job: Job, another: Job) -> None:
    older = history(job, 2)
    body = mine.get(path, about(job)).json()
    assert ids(body) == [str(one.pk) for one in (job, *older)]
    assert body["next"] is None
    assert ids(mine.get(path, about(another)).json()) == [str(another.pk)]


def test_only_the_active_ones(mine: Client, path: str, job: Job) -> None:
    history(job, 2)
    assert ids(mine.get(path, about(job, active="true")).json()) == [str(job.pk)]
    change(job, state=State.SUCCEEDED)
    assert ids(mine.get(path, about(job, active="true")).json()) == []


def test_pages_hold_every_job_once(mine: Client, path: str, job: Job) -> None:
    older = history(job, 2 * PAGE)
    Job.objects.filter(pk__in=[one.pk for one in older[:PAGE]]).update(
        created_at=F("created_at") + timedelta(minutes=1)
    )
    seen, address = [], path
    response = mine.get(path, about(job))
    while True:
        seen += ids(response.json())
        address = response.json()["next"]
        if address is None:
            break
        response = mine.get(address)
        assert response.status_code == 200
    assert seen == [str(one.pk) for one in (job, *older)]


def test_what_is_not_for_the_reader_is_an_empty_list(
    sign_in: SignIn, stranger: User, viewer: User, path: str, job: Job
) -> None:
    assert sign_in(stranger).get(path, about(job)).json() == {"items": [], "next": None}
    assert sign_in(stranger).get(path, {"subject_type": "source", "subject_id": str(uuid4())}).json() == {
        "items": [],
        "next": None,
    }
    assert ids(sign_in(viewer).get(path, about(job)).json()) == [str(job.pk)]


def test_a_job_that_staff_revived_is_noticed(mine: Client, path: str, source: Source, job: Job) -> None:
    verbs.fail(job, by=None)
    assert mine.get(path, about(job)).json()["items"][0]["done"] is True
    verbs.requeue(job, by=None)
    item = mine.get(path, about(job)).json()["items"][0]
    assert (item["id"], item["state"], item["error"]) == (str(job.pk), "queued", None)
