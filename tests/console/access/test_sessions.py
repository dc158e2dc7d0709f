"""Sessions end when nobody uses them; their owner sees and ends the others."""

import time

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tasks_app.access.sessions import SEEN
from tasks_app.models import AccessRecord
from tasks_app.models.access.access_record import AccessEvent

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"


@pytest.fixture
def officer(settings: Settings) -> User:
    settings.LANGUAGE_CODE = "en"
    settings.SESSION_IDLE_SECONDS = 600
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return User.objects.create_superuser("officer", password=PASSWORD)


def signed_in(address: str = "192.0.2.1") -> Client:
    client = Client(REMOTE_ADDR=address, headers={"User-Agent": f"Browser at {address}"})
    client.post(reverse("admin:login"), {"username": "officer", "password": PASSWORD})
    assert is_in(client)
    return client


def is_in(client: Client, **headers: str) -> bool:
    return client.get("/admin/", headers=headers).status_code == 200


def idle(client: Client, seconds: float) -> None:
    """As if the session had been used for the last time so long ago."""
    session = client.session
    session[SEEN] = time.time() - seconds
    session.save()


def test_a_session_ends_after_idleness_and_not_before(officer: User) -> None:
    client = signed_in()
    idle(client, 590)
    assert is_in(client)
    idle(client, 601)
    assert not is_in(client)
    assert AccessRecord.objects.latest("pk").event == AccessEvent.SIGNED_OUT


def test_using_it_keeps_it(officer: User) -> None:
    client = signed_in()
    idle(client, 590)
    assert is_in(client)
    assert time.time() - client.session[SEEN] < 60


def test_a_page_that_refreshes_itself_does_not_keep_it(officer: User) -> None:
    client = signed_in()
    idle(client, 590)
    assert is_in(client, **{"HX-Request": "true"})
    client.get("/api/v1/jobs?ids=")
    assert time.time() - client.session[SEEN] > 580
    client.post(reverse("admin:jsi18n"), headers={"HX-Request": "true"})
    assert time.time() - client.session[SEEN] < 60


def test_zero_keeps_sessions(officer: User, settings: Settings) -> None:
    settings.SESSION_IDLE_SECONDS = 0
    client = signed_in()
    idle(client, 1_000_000)
    assert is_in(client)


def test_the_owner_sees_and_ends_the_others(officer: User) -> None:
    stolen, own = signed_in("198.51.100.7"), signed_in()
    User.objects.create_superuser("other", password=PASSWORD)
    other = Client(REMOTE_ADDR="203.0.113.9")
    other.post(reverse("admin:login"), {"username": "other", "password": PASSWORD})
    page = own.get(reverse("usersessions_list")).content.decode()
    assert "198.51.100.7" in page
    assert "203.0.113.9" not in page, "another account"
    assert own.post(reverse("usersessions_list")).status_code == 302
    assert [is_in(client) for client in (stolen, own, other)] == [False, True, True]
