"""Who may see and cancel what, and that the answer does not tell more than that."""

from collections.abc import Mapping
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tasks_app.models import Job
from tests.console.api.conftest import SignIn

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"

MALFORMED = [
    "1",
    "nonsense",
    "議事録",
    "x" * 500,
    "a%00b",
    "%FF",
    "{12345678-1234-4234-8234-123456789abc}",
    "12345678123442348234123456789abc",
    "12345678-1234-4234-8234-12345678９abc",
    "urn:uuid:12345678-1234-4234-8234-123456789abc",
]

WITH_SLASHES = ["a/b", "../../etc/passwd", "12345678-1234-4234-8234-123456789abc/"]


def test_owner_and_staff_see_a_job(sign_in: SignIn, owner: User, viewer: User, job: Job) -> None:
    for reader in (owner, viewer):
        assert sign_in(reader).get(reverse("api:job", args=[job.pk])).status_code == 200


def test_staff_may_get_the_right_from_a_group(sign_in: SignIn, clerk: User, job: Job) -> None:
    group = Group.objects.create(name="operations")
    group.permissions.set(Permission.objects.filter(codename="view_job"))
    clerk.groups.add(group)
    assert sign_in(clerk).get(reverse("api:job", args=[job.pk])).status_code == 200


def test_superusers_see_everything(sign_in: SignIn, job: Job) -> None:
    chief = User.objects.create_superuser("chief")
    assert sign_in(chief).get(reverse("api:job", args=[job.pk])).status_code == 200


def test_the_permission_counts_only_for_staff(sign_in: SignIn, stranger: User, job: Job) -> None:
    stranger.user_permissions.set(Permission.objects.filter(codename="view_job"))
    assert sign_in(stranger).get(reverse("api:job", args=[job.pk])).status_code == 404


def test_a_job_without_owner_belongs_to_nobody(sign_in: SignIn, stranger: User, job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(owner=None)
    assert sign_in(stranger).get(reverse("api:job", args=[job.pk])).status_code == 404


def about_the_answer(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Without what counts the reader's own requests."""
    return [(name, value) for name, value in headers.items() if not name.startswith("RateLimit")]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_unreadable_unknown_and_malformed_are_the_same_bytes(
    sign_in: SignIn, stranger: User, clerk: User, job: Job, language: str
) -> None:
    paths = [f"/api/v1/jobs/{job.pk}", f"/api/v1/jobs/{uuid4()}"]
    paths += [f"/api/v1/jobs/{quote(text, safe='/%')}" for text in MALFORMED]
    answers = [
        sign_in(reader).get(path, headers={"Accept-Language": language})
        for reader in (stranger, clerk)
        for path in paths
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(sorted(about_the_answer(answer.headers))) for answer in answers}) == 1
    assert answers[0]["Content-Type"] == PROBLEM
    assert set(answers[0].json()) == {"type", "title", "status", "detail"}


def test_the_same_for_the_owner_of_something_else(mine: Client) -> None:
    texts = [str(uuid4()), *MALFORMED, *WITH_SLASHES, "x" * 5000]
    assert len({mine.get(f"/api/v1/jobs/{quote(text, safe='/%')}").content for text in texts}) == 1


def test_ids_are_read_in_either_case(mine: Client, job: Job) -> None:
    assert mine.get(f"/api/v1/jobs/{str(job.pk).upper()}").json()["id"] == str(job.pk)


@pytest.mark.parametrize("form", ["{{{}}}", "urn:uuid:{}", "{} ", "{}%0A"])
def test_there_is_one_way_to_write_an_id(mine: Client, job: Job, form: str) -> None:
    assert mine.get(f"/api/v1/jobs/{form.format(job.pk)}").status_code == 404
    assert mine.get(f"/api/v1/jobs/{job.pk.hex}").status_code == 404


@pytest.mark.parametrize("path", ["/api/v1/jobs", "/api/v1/jobs/{}", "/api/v1/nothing", "/api/v1/"])
def test_without_a_session_nothing_is_told(job: Job, path: str) -> None:
    answer = Client().get(path.format(job.pk))
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="NotebookOps"'
    assert answer["Content-Type"] == PROBLEM


def test_a_locked_out_user_is_out(mine: Client, owner: User, job: Job) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert mine.get(reverse("api:job", args=[job.pk])).status_code == 401


@pytest.mark.parametrize("reader", ["owner", "viewer"])
def test_one_statement_finds_job_rights_and_waits(
    request: pytest.FixtureRequest,
    sign_in: SignIn,
    job: Job,
    reader: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = sign_in(request.getfixturevalue(reader))
    with django_assert_num_queries(3) as captured:
        assert client.get(reverse("api:job", args=[job.pk])).status_code == 200
    statements = [query["sql"] for query in captured.captured_queries]
    assert "django_session" in statements[0]
    assert "auth_user" in statements[1]
    assert "tasks_app_job" in statements[2]


@pytest.mark.parametrize("asked", ["ids", "subject"])
def test_a_batch_costs_no_more_than_one_job(
    mine: Client, job: Job, another: Job, asked: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    query = {
        "ids": {"ids": f"{job.pk},{another.pk},{uuid4()}"},
        "subject": {"subject_type": "source", "subject_id": str(job.subject_id)},
    }[asked]
    with django_assert_num_queries(3):
        assert mine.get(reverse("api:jobs"), query).status_code == 200
