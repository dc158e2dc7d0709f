"""TOTP, recovery codes and passkeys: chosen by each account, demanded of roles by a setting."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tasks_app.models import AccessRecord
from tasks_app.models.access.access_record import AccessEvent
from tasks_app.roles import ADMINISTRATOR, VIEWER

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def officer(settings: Settings) -> User:
    settings.LANGUAGE_CODE = "en"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return User.objects.create_superuser("officer", password=PASSWORD)


def code(secret: str = SECRET) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def with_password(client: Client) -> str:
    answer = client.post(reverse("admin:login"), {"username": "officer", "password": PASSWORD, "next": "/admin/auth/"})
    assert answer.status_code == 302
    return answer.headers["Location"]


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_without_one_nothing_changes(officer: User, client: Client) -> None:
    assert with_password(client) == "/admin/auth/"
    assert is_in(client)


def test_the_code_is_asked_for(officer: User, client: Client) -> None:
    TOTP.activate(officer, SECRET)
    assert with_password(client) == reverse("mfa_authenticate")
    assert not is_in(client)
    assert client.get(reverse("mfa_authenticate")).status_code == 200
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert not is_in(client)
    assert client.post(reverse("mfa_authenticate"), {"code": code()}).headers["Location"] == "/admin/auth/"
    assert is_in(client)
    events = list(AccessRecord.objects.order_by("pk").values_list("event", "name"))
    assert events == [(AccessEvent.SIGN_IN_FAILED, "officer"), (AccessEvent.SIGNED_IN, "officer")]


def test_guessing_codes_locks_the_account(officer: User, client: Client, settings: Settings) -> None:
    settings.SIGN_IN_FAILURES_PER_ACCOUNT = 3
    TOTP.activate(officer, SECRET)
    with_password(client)
    for _attempt in range(3):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    answer = client.post(reverse("mfa_authenticate"), {"code": code()})
    assert "Too many failed sign-ins" in answer.content.decode()
    assert not is_in(client)


def test_a_recovery_code_works_once(officer: User) -> None:
    TOTP.activate(officer, SECRET)
    spare = RecoveryCodes.activate(officer).get_unused_codes()[0]
    worked = []
    for client in (Client(), Client()):
        with_password(client)
        client.post(reverse("mfa_authenticate"), {"code": spare})
        worked.append(is_in(client))
    assert worked == [True, False]


def test_secrets_are_encrypted_and_survive_a_new_key(officer: User, client: Client, settings: Settings) -> None:
    TOTP.activate(officer, SECRET)
    RecoveryCodes.activate(officer)
    assert SECRET not in str(list(Authenticator.objects.values()))
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key, for a test"
    with_password(client)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert is_in(client)


def test_setting_one_up_asks_for_the_password(officer: User, client: Client, settings: Settings) -> None:
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
    settings.MFA_REAUTHENTICATION_REQUIRED = True
    with_password(client)
    activate = reverse("mfa_activate_totp")
    asked = client.get(activate).headers["Location"]
    assert asked.startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": activate})
    page = client.get(activate)
    secret = page.context["form"].secret
    assert b"data:image/svg+xml" in page.content
    assert client.post(activate, {"code": code(secret)}).headers["Location"] == reverse("mfa_view_recovery_codes")
    assert client.get(reverse("mfa_add_webauthn")).status_code == 200, "passkeys"


@pytest.mark.parametrize(
    ("role", "demanded", "kept_out"),
    [
        (ADMINISTRATOR.name, ["Administrator"], True),
        (ADMINISTRATOR.name, [ADMINISTRATOR.name], True),
        (ADMINISTRATOR.name, ["Operator"], False),
        (VIEWER.name, ["Administrator", "superuser"], False),
        ("", ["superuser"], True),
    ],
)
def test_a_role_may_demand_one(
    officer: User, settings: Settings, role: str, demanded: list[str], kept_out: bool
) -> None:
    settings.SECOND_FACTOR_ROLES = demanded
    officer.is_superuser = not role
    officer.save()
    officer.groups.set(Group.objects.filter(name=role))
    client = Client()
    with_password(client)
    reached = [
        client.get(path).status_code for path in ("/admin/", "/api/v1/jobs?ids=", "/admin/account/second-factor/")
    ]
    assert reached == ([302, 403, 200] if kept_out else [200, 400, 200])
    assert client.post(reverse("admin:logout")).status_code == 200
    TOTP.activate(officer, SECRET)
    with_password(client)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert is_in(client)


def test_an_administrator_removes_a_lost_one(officer: User, settings: Settings) -> None:
    """Not that of somebody who may do more."""
    manager = User.objects.create_user("manager", password=PASSWORD, is_staff=True)
    manager.groups.set(Group.objects.filter(name=ADMINISTRATOR.name))
    lost = User.objects.create_user("lost", is_staff=True)
    for user in (officer, lost):
        TOTP.activate(user, SECRET)
    client = Client()
    client.force_login(manager)
    form = {"action": "remove_second_factor", "_selected_action": [officer.pk, lost.pk]}
    settings.PASSWORD_AGAIN_SECONDS = 900
    client.post(reverse("admin:auth_user_changelist"), form)
    assert Authenticator.objects.count() == 2, "the password first"
    settings.PASSWORD_AGAIN_SECONDS = 0
    client.post(reverse("admin:auth_user_changelist"), form)
    assert [one.user for one in Authenticator.objects.all()] == [officer]
