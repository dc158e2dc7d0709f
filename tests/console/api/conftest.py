"""Who asks, and what there is to ask about."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from tasks_app.jobs.transitions import verbs
from tasks_app.models import Job, Notebook, ServiceToken, Source

SignIn = Callable[[User], Client]


@pytest.fixture
def job(source: Source) -> Job:
    """A queued job of the notebook's owner, never published: the test's transaction does not commit."""
    return verbs.enqueue("source", source)


@pytest.fixture
def another(notebook: Notebook) -> Job:
    """A second job of the same owner, about another source."""
    return verbs.enqueue("source", Source.objects.create(notebook=notebook, title="別", pasted_text="別の資料。"))


@pytest.fixture
def owner(notebook: Notebook) -> User:
    assert notebook.owner is not None
    return notebook.owner


@pytest.fixture
def stranger(db: None) -> User:
    return User.objects.create_user("stranger")


@pytest.fixture
def viewer(db: None) -> User:
    """Staff who may look at jobs and nothing else."""
    return _staff("viewer", "view_job")


@pytest.fixture
def operator(db: None) -> User:
    """Staff who may look at jobs and cancel them."""
    return _staff("operator", "view_job", "cancel_job")


@pytest.fixture
def clerk(db: None) -> User:
    """Staff without any right to jobs."""
    return _staff("clerk")


def _staff(name: str, *rights: str) -> User:
    user = User.objects.create_user(name, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return user


@pytest.fixture
def sign_in() -> SignIn:
    """A client with a session, asking in English and raising nothing by itself."""

    def client(user: User) -> Client:
        signed_in = Client(headers={"Accept-Language": "en"}, raise_request_exception=False)
        signed_in.force_login(user)
        return signed_in

    return client


@pytest.fixture
def mine(sign_in: SignIn, owner: User) -> Client:
    """The owner's client."""
    return sign_in(owner)


def change(job: Job, **columns: Any) -> None:
    """Put the row into a state that the engine would bring about."""
    Job.objects.filter(pk=job.pk).update(**columns)


def bearer(token: str) -> Client:
    """A client with nothing but a token."""
    return Client(headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"}, raise_request_exception=False)


@pytest.fixture
def secret(db: None) -> str:
    row = ServiceToken(name="frontend")
    token = row.issue()
    row.save()
    return token


@pytest.fixture
def token_row(secret: str) -> ServiceToken:
    return ServiceToken.objects.get(name="frontend")


@pytest.fixture
def service(secret: str) -> Client:
    """A backend of the product."""
    return bearer(secret)
