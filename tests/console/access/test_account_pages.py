"""Every page about signing in, in both languages: it is one of the console's, and nothing on it is missing."""

from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLResolver, reverse
from pytest_django.fixtures import Settings

from tasks_app.access import urls

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"
NO_PAGES = {
    *("account_pages", "account_login", "account_logout", "mfa_login_webauthn", "mfa_signup_webauthn"),
    *("openid_connect_login", "openid_connect_callback", "mfa_download_recovery_codes", "mfa_trust"),
}
"""They lead elsewhere, are files, or exist only in the middle of a sign-in that is not in use here."""

STRANGERS = {"mfa_authenticate", "account_inactive", "socialaccount_login_cancelled", "socialaccount_login_error"}
"""Pages for somebody who is not signed in."""


def names(patterns: list[Any] = urls.urlpatterns) -> list[str]:
    """Of every page, without those about one passkey: see tests/browser/test_passkey.py."""
    found: list[str] = []
    for one in patterns:
        if one.pattern.converters:
            continue
        if isinstance(one, URLResolver):
            found += names(one.url_patterns)
        elif one.name not in NO_PAGES:
            found.append(one.name)
    return found


@pytest.fixture
def officer(settings: Settings) -> User:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return User.objects.create_superuser("officer", password=PASSWORD)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("has_second_factor", [False, True])
def test_every_page(officer: User, has_second_factor: bool, language: str) -> None:
    if has_second_factor:
        TOTP.activate(officer, "JBSWY3DPEHPK3PXP")
        RecoveryCodes.activate(officer)
    inside, outside = Client(), Client()
    inside.force_login(officer)
    outside.post(reverse("admin:login"), {"username": "officer", "password": PASSWORD})
    shown = []
    for name in names():
        client = outside if name in STRANGERS else inside
        answer = client.get(reverse(name), headers={"Accept-Language": language})
        if answer.status_code in (302, 404):
            continue  # such as the page to remove what is not there
        assert answer.status_code in (200, 401), f"{name}: {answer.status_code}"
        text = answer.content.decode()
        assert f'<html lang="{language}"' in text, name
        assert "tasks_app/console" in text, f"{name} does not look like the console"
        shown.append(name)
    wanted = {"mfa_index", "usersessions_list", "account_reauthenticate"}
    of_second_factor = {"mfa_authenticate", "mfa_reauthenticate", "mfa_deactivate_totp", "mfa_view_recovery_codes"}
    wanted |= of_second_factor if has_second_factor else {"mfa_activate_totp"}
    assert wanted <= set(shown)
