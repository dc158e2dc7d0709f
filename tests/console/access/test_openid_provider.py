"""Sign-in by OpenID Connect, against a provider that runs as a process of its own (oidc-provider-mock)."""

import json
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from launcher.servers.ports import any_free, is_free
from tasks_app.models import AccessRecord
from tasks_app.models.access.access_record import AccessEvent
from tests.support.waiting import wait_for

pytestmark = pytest.mark.django_db
PEOPLE = {"subject-1": "officer", "subject-2": "stranger", "subject-3": "officer", "subject-4": ""}
"""The names (preferred_username) that the provider gives, by subject."""


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    port = any_free()
    claims = [json.dumps({"sub": sub, "preferred_username": name}) for sub, name in PEOPLE.items()]
    options = [option for one in claims for option in ("--user-claims", one)]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: not is_free(port), "the provider to listen")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(autouse=True)
def _connected(provider: str, settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"
    providers = deepcopy(settings.SOCIALACCOUNT_PROVIDERS)
    providers["openid_connect"]["APPS"] = [
        {
            "provider_id": "oidc",
            "name": "Town",
            "client_id": "console",
            "secret": "between the two",
            "settings": {"server_url": provider, "oauth_pkce_enabled": True},
        }
    ]
    settings.SOCIALACCOUNT_PROVIDERS = providers


@pytest.fixture
def officer() -> User:
    return User.objects.create_superuser("officer")


def callback_for(client: Client, subject: str, action: str = "") -> str:
    """The address to which the provider sends the browser back, after it was asked by the button of the page."""
    page = client.get(reverse("admin:login"), {"next": "/admin/auth/"}).content.decode()
    button = reverse("openid_connect_login", args=["oidc"])
    assert f'action="{button}?process=login&amp;next=%2Fadmin%2Fauth%2F"' in page
    assert "Sign in with Town" in page
    asked = client.post(f"{button}?process=login&next=/admin/auth/").headers["Location"]
    query = parse_qs(urlsplit(asked).query)
    assert query["code_challenge_method"] == ["S256"]
    answer = requests.post(asked, {"sub": subject, "action": action}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    assert back.path == reverse("openid_connect_callback", args=["oidc"])
    return f"{back.path}?{back.query}"


def led(client: Client, subject: str) -> str:
    return client.get(callback_for(client, subject)).headers["Location"]


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_an_account_with_that_name_is_signed_in(officer: User, client: Client) -> None:
    assert led(client, "subject-1") == "/admin/auth/"
    assert is_in(client)
    assert list(AccessRecord.objects.values_list("event", "name")) == [(AccessEvent.SIGNED_IN, "officer")]


def test_from_then_on_the_subject_decides(officer: User, client: Client) -> None:
    led(client, "subject-1")
    officer.username = "renamed"
    officer.save()
    for subject, admitted in (("subject-1", True), ("subject-3", False)):
        browser = Client()
        led(browser, subject)
        assert is_in(browser) == admitted
    User.objects.create_superuser("officer")
    assert led(Client(), "subject-3") == "/admin/auth/", "another account, not connected with anybody yet"
    assert SocialAccount.objects.count() == 2


@pytest.mark.parametrize("subject", ["subject-2", "subject-4"])
def test_no_account_is_created(officer: User, client: Client, subject: str) -> None:
    assert led(client, subject) == reverse("admin:login")
    assert "You have no account here" in client.get(reverse("admin:login")).content.decode()
    assert not is_in(client)
    assert User.objects.count() == 1
    assert AccessRecord.objects.get().event == AccessEvent.SIGN_IN_FAILED


def test_an_account_that_is_locked_out_stays_out(officer: User, client: Client) -> None:
    led(client, "subject-1")
    User.objects.update(is_active=False)
    browser = Client()
    led(browser, "subject-1")
    assert not is_in(browser)


def test_the_second_factor_is_asked_for(officer: User, client: Client) -> None:
    TOTP.activate(officer, "JBSWY3DPEHPK3PXP")
    assert led(client, "subject-1") == reverse("mfa_authenticate")
    assert not is_in(client)


def test_what_the_provider_asks_for_is_enough_for_a_role(officer: User, client: Client, settings: Settings) -> None:
    settings.SECOND_FACTOR_ROLES = ["superuser"]
    led(client, "subject-1")
    assert is_in(client)


def test_a_callback_belongs_to_the_browser_that_asked(officer: User, client: Client) -> None:
    """Otherwise somebody could be signed in to another person's account without noticing."""
    callback = callback_for(client, "subject-1")
    other = Client()
    assert other.get(callback).headers["Location"] == reverse("admin:login")
    assert not is_in(other)
    forged = callback.replace("state=", "state=x")
    client.get(forged)
    assert not is_in(client)


def test_a_refusal_leads_back(officer: User, client: Client) -> None:
    answer = client.get(callback_for(client, "subject-1", action="deny"), follow=True)
    assert "did not succeed" in answer.content.decode()
    assert not is_in(client)


def test_a_provider_that_is_away_is_no_error_page(officer: User, client: Client, settings: Settings) -> None:
    gone = f"http://127.0.0.1:{any_free()}"
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = gone
    answer = client.post(reverse("openid_connect_login", args=["oidc"]), follow=True)
    assert "The provider cannot be reached" in answer.content.decode()


def test_without_a_provider_there_is_no_button(client: Client, settings: Settings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = []
    assert "Sign in with" not in client.get(reverse("admin:login")).content.decode()
    assert client.post(reverse("openid_connect_login", args=["oidc"])).status_code == 404


def test_no_page_creates_accounts(officer: User, client: Client) -> None:
    client.force_login(officer)
    for path in ("signup/", "email/", "password/reset/", "provider/signup/"):
        assert client.get(f"/admin/account/{path}").status_code == 404, path
