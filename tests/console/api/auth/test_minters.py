"""A read token opens at most what its minter may read at the moment of use."""

from uuid import UUID

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from tasks_app.models import ChatMessage, ChatSession, Job, Notebook, ServiceToken
from tasks_app.submission.chat import ask
from tests.console.api.conftest import SignIn, bearer

pytestmark = pytest.mark.django_db
READ_TOKENS = "/api/v1/read-tokens"


@pytest.fixture
def answer(notebook: Notebook) -> ChatMessage:
    """To a private question of the notebook's owner."""
    return ask(ChatSession(notebook=notebook, owner=notebook.owner), "誰にも見せない質問ですか。", by=notebook.owner)


@pytest.fixture
def private_job(answer: ChatMessage) -> Job:
    return Job.objects.get(subject_id=answer.pk)


def minted(minter: Client, **body: object) -> Client:
    """What is opened by a token that this client makes."""
    made = minter.post(READ_TOKENS, body, "application/json")
    assert made.status_code == 201
    return bearer(made.json()["token"])


def by_job(job: Job) -> dict[str, object]:
    return {"jobs": [str(job.pk)]}


def by_subject(subject_id: UUID, subject_type: str) -> dict[str, object]:
    return {"subject_type": subject_type, "subject_id": str(subject_id)}


def status(reader: Client, job: Job) -> int:
    return reader.get(reverse("api:job", args=[job.pk])).status_code


@pytest.mark.parametrize("named_by", ["job", "subject"])
def test_nobody_reads_anothers_chat(
    named_by: str, sign_in: SignIn, viewer: User, private_job: Job, answer: ChatMessage
) -> None:
    body = by_job(private_job) if named_by == "job" else by_subject(answer.pk, "chatmessage")
    reader = minted(sign_in(viewer), **body)
    assert reader.get(f"/api/v1/chat-messages/{answer.pk}").status_code == 404
    assert status(reader, private_job) == 200, "staff may see the job, which holds nothing of the question"


def test_its_owner_reads_it(mine: Client, private_job: Job, answer: ChatMessage) -> None:
    reader = minted(mine, **by_job(private_job))
    assert reader.get(f"/api/v1/chat-messages/{answer.pk}").status_code == 200


def test_a_right_to_jobs_is_none_to_their_subjects(sign_in: SignIn, viewer: User, job: Job) -> None:
    reader = minted(sign_in(viewer), **by_job(job))
    assert status(reader, job) == 200
    assert reader.get(f"/api/v1/sources/{job.subject_id}").status_code == 404


def test_it_ends_with_the_minters_right(sign_in: SignIn, viewer: User, job: Job) -> None:
    viewer.user_permissions.add(Permission.objects.get(codename="view_source"))
    reader = minted(sign_in(viewer), **by_job(job))
    assert reader.get(f"/api/v1/sources/{job.subject_id}").status_code == 200
    viewer.user_permissions.clear()
    assert reader.get(f"/api/v1/sources/{job.subject_id}").status_code == 404
    assert status(reader, job) == 404


def test_it_ends_when_the_minter_is_locked_out(mine: Client, owner: User, job: Job) -> None:
    reader = minted(mine, **by_job(job))
    assert status(reader, job) == 200
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert status(reader, job) == 404
    assert reader.get(f"/api/v1/sources/{job.subject_id}").status_code == 404


def test_it_ends_when_a_private_subject_changes_hands(mine: Client, private_job: Job, answer: ChatMessage) -> None:
    reader = minted(mine, **by_subject(answer.pk, "chatmessage"))
    assert reader.get(f"/api/v1/chat-messages/{answer.pk}").status_code == 200
    answer.session.owner = User.objects.create_user("heir")
    answer.session.save()
    assert reader.get(f"/api/v1/chat-messages/{answer.pk}").status_code == 404


def test_it_ends_with_the_service_token_that_made_it(service: Client, token_row: ServiceToken, job: Job) -> None:
    reader = minted(service, **by_job(job))
    given = bearer(service.post(f"/api/v1/sources/{job.subject_id}/jobs", {}, "application/json")["Read-Token"])
    assert (status(reader, job), status(given, job)) == (200, 200)
    ServiceToken.objects.filter(pk=token_row.pk).update(revoked_at=now())
    assert (status(reader, job), status(given, job)) == (404, 404)
