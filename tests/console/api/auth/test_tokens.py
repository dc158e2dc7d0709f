"""Read tokens and service tokens: what they open, and what they do not."""

from urllib.parse import quote
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from tasks_app.api.auth import read_tokens
from tasks_app.api.auth.read_tokens import Minter, MinterKind, TokenScope
from tasks_app.models import Job, Notebook, ServiceToken
from tests.console.api.conftest import SignIn, bearer
from tests.support.waiting import wait_for

pytestmark = pytest.mark.django_db


def token_for(job: Job, seconds: int = 60) -> str:
    """Made by the job's owner."""
    assert job.owner_id is not None
    minter = Minter(MinterKind.USER, job.owner_id)
    return read_tokens.mint(TokenScope(minter=minter, jobs=(job.pk,)), seconds)


@pytest.fixture
def follower(job: Job) -> Client:
    return bearer(token_for(job))


@pytest.fixture
def watcher(job: Job) -> Client:
    """Of everything about the job's subject."""
    assert job.owner_id is not None
    minter = Minter(MinterKind.USER, job.owner_id)
    scope = TokenScope(minter=minter, subject_type="source", subject_id=job.subject_id)
    return bearer(read_tokens.mint(scope, 60))


def at(job: Job) -> str:
    return reverse("api:job", args=[job.pk])


def test_a_read_token_opens_its_jobs_and_nothing_else(follower: Client, job: Job, another: Job) -> None:
    assert follower.get(at(job)).status_code == 200
    assert follower.get(at(another)).content == follower.get(at(Job(pk=uuid4()))).content
    batch = follower.get(reverse("api:jobs"), {"ids": f"{another.pk},{job.pk}"}).json()
    assert [item["id"] for item in batch["items"]] == [str(job.pk)]
    assert batch["missing"] == [str(another.pk)]


def test_a_read_token_opens_the_result_of_its_job(follower: Client, job: Job, another: Job) -> None:
    assert follower.get(f"/api/v1/sources/{job.subject_id}").status_code == 200
    assert follower.get(f"/api/v1/sources/{another.subject_id}").status_code == 404
    assert follower.get(f"/api/v1/minutes/{job.subject_id}").status_code == 404


def test_a_token_for_a_subject_sees_all_about_it(watcher: Client, job: Job, another: Job) -> None:
    assert watcher.get(at(job)).status_code == 200
    assert watcher.get(at(another)).status_code == 404
    asked = {"subject_type": "source", "subject_id": str(job.subject_id)}
    assert len(watcher.get(reverse("api:jobs"), asked).json()["items"]) == 1
    assert watcher.get(reverse("api:jobs"), {**asked, "subject_id": str(another.subject_id)}).json()["items"] == []
    assert watcher.get(f"/api/v1/sources/{job.subject_id}").status_code == 200
    assert watcher.get(f"/api/v1/sources/{another.subject_id}").status_code == 404


def test_a_read_token_costs_no_sql(
    follower: Client, job: Job, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert follower.get(at(job)).status_code == 200


@pytest.mark.parametrize("path", ["cancel", "requeue"])
def test_a_read_token_changes_nothing(follower: Client, job: Job, path: str) -> None:
    assert follower.post(f"{at(job)}/{path}").status_code == 403
    assert follower.post("/api/v1/sources", {"text": "x"}, "application/json").status_code == 403
    job.refresh_from_db()
    assert job.state == "queued"


def test_a_notebook_is_not_opened_by_a_read_token(follower: Client, notebook: Notebook) -> None:
    assert follower.get(f"/api/v1/notebooks/{notebook.pk}/jobs").status_code == 404


def test_an_expired_token_opens_nothing(job: Job) -> None:
    old = bearer(token_for(job, -1))
    assert old.get(at(job)).status_code == 401


def test_every_character_of_a_token_counts(job: Job) -> None:
    token = token_for(job)
    assert len(token) < 125
    for place in range(len(read_tokens.PREFIX), len(token) - 1, 7):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert bearer(changed).get(at(job)).status_code == 401, place


@pytest.mark.parametrize(
    "token", ["", "nbr_", "nbr_~", "nbs_x", "x", "a b", "nbr_" + "x" * 10_000, "議", "nbs_" + "x" * 43]
)
def test_what_is_no_token_opens_nothing(job: Job, token: str) -> None:
    answer = Client(headers={"Authorization": f"Bearer {quote(token)}"}).get(at(job))
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == 'Bearer realm="NotebookOps"'


def test_a_token_signed_elsewhere_opens_nothing(job: Job, settings: Settings) -> None:
    own = settings.SECRET_KEY
    settings.SECRET_KEY = "the key of another installation"
    foreign = token_for(job)
    settings.SECRET_KEY = own
    assert bearer(foreign).get(at(job)).status_code == 401


def test_a_new_secret_key_keeps_tokens_while_the_old_one_is_a_fallback(job: Job, settings: Settings) -> None:
    token = token_for(job)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next key"
    assert bearer(token).get(at(job)).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert bearer(token).get(at(job)).status_code == 401


@pytest.mark.parametrize("name", ["access_token", "token", "ids", "anything"])
def test_a_token_in_an_address_is_refused(service: Client, job: Job, name: str) -> None:
    token = token_for(job)
    answer = Client().get(at(job), {name: token})
    assert answer.status_code == 400
    assert token not in answer.content.decode()
    assert service.get(at(job), {"access_token": "x"}).status_code == 400


def test_a_service_token_opens_everything(service: Client, job: Job, another: Job) -> None:
    assert service.get(at(job)).status_code == 200
    assert service.post(f"{at(another)}/cancel").status_code == 202


def test_a_service_token_is_kept_as_a_digest_alone(secret: str, token_row: ServiceToken) -> None:
    stored = " ".join(str(value) for value in ServiceToken.objects.filter(pk=token_row.pk).values_list()[0])
    assert secret not in stored
    assert secret.startswith(token_row.prefix)


def test_a_revoked_service_token_opens_nothing(service: Client, token_row: ServiceToken, job: Job) -> None:
    ServiceToken.objects.filter(pk=token_row.pk).update(revoked_at="2026-01-01T00:00:00Z")
    assert service.get(at(job)).status_code == 401


def test_the_last_use_is_noted_once_an_hour(
    service: Client, token_row: ServiceToken, job: Job, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert service.get(at(job)).status_code == 200
    token_row.refresh_from_db()
    assert token_row.last_used_at is not None
    with django_assert_num_queries(2):
        service.get(at(job))


def test_a_bearer_goes_before_a_session(sign_in: SignIn, viewer: User, job: Job, another: Job) -> None:
    both = sign_in(viewer)
    token = token_for(job)
    assert both.get(at(another), headers={"Authorization": f"Bearer {token}"}).status_code == 404


def test_a_backend_gets_a_token_for_its_browser(service: Client, job: Job) -> None:
    answer = service.post(reverse("api:read-tokens"), {"jobs": [str(job.pk)]}, "application/json")
    assert answer.status_code == 201
    assert answer["Cache-Control"] == "no-store, private, no-cache"
    assert bearer(answer.json()["token"]).get(at(job)).status_code == 200
    assert answer.json()["expires_in"] == 4 * 600 + 3600


def test_nobody_mints_a_token_for_what_is_not_theirs(sign_in: SignIn, stranger: User, job: Job) -> None:
    for body in ({"jobs": [str(job.pk)]}, {"subject_type": "source", "subject_id": str(job.subject_id)}):
        answer = sign_in(stranger).post(reverse("api:read-tokens"), body, "application/json")
        assert answer.status_code == 400


def test_a_token_holds_for_as_long_as_was_said(job: Job, settings: Settings) -> None:
    settings.API_READ_TOKEN_SECONDS = 1
    token = token_for(job, 1)
    assert read_tokens.read(token).jobs == (job.pk,)
    wait_for(lambda: _expired(token), "the token to expire")


def _expired(token: str) -> bool:
    try:
        read_tokens.read(token)
    except read_tokens.Invalid:
        return True
    return False
