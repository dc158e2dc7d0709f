"""Dangerous deeds ask for the password again, and only for a while."""

import time
from collections.abc import Callable

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tasks_app.models import AccessRecord, Notebook, ServiceToken, Source
from tasks_app.models.access.access_record import AccessEvent

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"


@pytest.fixture
def chief(settings: Settings) -> Client:
    """Signed in with a password, by the page."""
    settings.LANGUAGE_CODE = "en"
    settings.PASSWORD_AGAIN_SECONDS = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    User.objects.create_superuser("chief", password=PASSWORD)
    client = Client()
    client.post(reverse("admin:login"), {"username": "chief", "password": PASSWORD})
    return client


@pytest.fixture
def deeds(notebook: Notebook) -> dict[str, Callable[[Client], str]]:
    """By name, what is done; each returns where it led to, empty for a page."""
    source = Source.objects.create(notebook=notebook, title="x", pasted_text="y")
    token = ServiceToken.objects.create(name="old", prefix="nbs_", digest="0")
    user = User.objects.create_user("somebody")

    def led(method: str, page: str, *args: object, **form: object) -> Callable[[Client], str]:
        address = reverse(f"admin:{page}", args=args)
        return lambda client: getattr(client, method)(address, form or None).headers.get("Location", "")

    chosen = {"action": "delete_selected", "_selected_action": [str(source.pk)]}
    return {
        "open the form of a token": led("get", "tasks_app_servicetoken_add"),
        "make a token": led("post", "tasks_app_servicetoken_add", name="new"),
        "revoke a token": led("post", "tasks_app_servicetoken_revoke", token.pk),
        "delete a source": led("post", "tasks_app_source_delete", source.pk, post="yes"),
        "delete several": led("post", "tasks_app_source_changelist", **chosen),
        "grant rights": led("post", "auth_user_change", user.pk, username="somebody", is_superuser="on"),
        "make an account": led("get", "auth_user_add"),
        "make a group": led("post", "auth_group_add", name="x"),
        "set a password": led("get", "auth_user_password_change", user.pk),
    }


def test_each_deed_asks_first(chief: Client, deeds: dict[str, Callable[[Client], str]]) -> None:
    before = list(Source.objects.values()), list(ServiceToken.objects.values()), list(User.objects.values())
    asked = reverse("account_reauthenticate")
    assert {name: deed(chief).partition("?")[0] for name, deed in deeds.items()} == dict.fromkeys(deeds, asked)
    assert (list(Source.objects.values()), list(ServiceToken.objects.values()), list(User.objects.values())) == before


def test_with_the_password_the_deed_is_done(chief: Client, deeds: dict[str, Callable[[Client], str]]) -> None:
    asked = chief.get(reverse("admin:tasks_app_servicetoken_add"))
    page = chief.get(asked.headers["Location"])
    assert page.status_code == 200
    back = reverse("admin:tasks_app_servicetoken_add")
    wrong = chief.post(reverse("account_reauthenticate"), {"password": "wrong", "next": back})
    assert wrong.status_code == 200
    right = chief.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": back})
    assert right.headers["Location"] == back
    assert b"nbs_" in chief.post(back, {"name": "frontend"}).content
    assert not any(reverse("account_reauthenticate") in deed(chief) for deed in deeds.values())
    assert AccessRecord.objects.filter(event=AccessEvent.SIGN_IN_FAILED, name="chief").count() == 1


def test_it_asks_anew_after_a_while(chief: Client) -> None:
    back = reverse("admin:tasks_app_servicetoken_add")
    chief.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": back})
    assert chief.get(back).status_code == 200
    session = chief.session
    for one in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        one["at"] = time.time() - 901
    session.save()
    assert chief.get(back).status_code == 302


def test_guessing_it_locks_the_account(chief: Client, settings: Settings) -> None:
    settings.SIGN_IN_FAILURES_PER_ACCOUNT = 3
    form = {"password": "wrong", "next": "/admin/"}
    pages = [chief.post(reverse("account_reauthenticate"), form).content.decode() for _attempt in range(4)]
    assert ["Too many failed sign-ins" in page for page in pages] == [False, False, False, True]


def test_viewers_are_not_asked(chief: Client, client: Client) -> None:
    token = ServiceToken.objects.create(name="old", prefix="nbs_", digest="0")
    assert chief.get(reverse("admin:tasks_app_servicetoken_change", args=[token.pk])).status_code == 200
    assert chief.get(reverse("admin:auth_user_changelist")).status_code == 200
