"""Wrong passwords lock an account, or an address, for a while; an administrator unlocks it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db.models import F
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tasks_app.models import AccessRecord
from tasks_app.models.access.access_record import AccessEvent
from tests.console.admin.conftest import Staff, staff  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"
HOME, ELSEWHERE, THIRD = "192.0.2.1", "198.51.100.7", "203.0.113.9"
LOCKED = "Too many failed sign-ins"


@pytest.fixture(autouse=True)
def _limits(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"
    settings.SIGN_IN_FAILURES_PER_ACCOUNT = 3
    settings.SIGN_IN_FAILURES_PER_ADDRESS = 5
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def officer(_limits: None) -> User:
    return User.objects.create_user("officer", password=PASSWORD, is_staff=True)


def sign_in(name: str, password: str, address: str = ELSEWHERE) -> HttpResponse:
    form = {"username": name, "password": password}
    return Client().post(reverse("admin:login"), form, REMOTE_ADDR=address)  # type: ignore[return-value]


def is_in(answer: HttpResponse) -> bool:
    return answer.status_code == 302


def is_locked(answer: HttpResponse) -> bool:
    return LOCKED in answer.content.decode()


def later(**span: float) -> None:
    AccessRecord.objects.update(at=F("at") - timedelta(**span))


def test_the_account_locks_at_the_limit_and_not_before(officer: User) -> None:
    assert not any(is_locked(sign_in("officer", "wrong")) for _attempt in range(2))
    assert is_in(sign_in("officer", PASSWORD)), "two failures of three"
    assert not any(is_locked(sign_in("officer", "wrong", THIRD)) for _attempt in range(3))
    assert is_locked(sign_in("officer", PASSWORD, THIRD)), "the right password does not help"


def test_a_name_that_nobody_has_locks_alike(officer: User) -> None:
    """Otherwise the message would tell which accounts exist."""
    for name in ("officer", "nobody"):
        answers = [sign_in(name, "wrong", f"198.51.100.{number}") for number in range(4)]
        assert [is_locked(answer) for answer in answers] == [False, False, False, True]


def test_an_address_locks_whatever_the_names(officer: User) -> None:
    for number in range(5):
        assert not is_locked(sign_in(f"name-{number}", "wrong"))
    assert is_locked(sign_in("officer", PASSWORD))
    assert is_in(sign_in("officer", PASSWORD, HOME))


def test_a_sign_in_does_not_clear_the_address(officer: User) -> None:
    for number in range(4):
        sign_in(f"name-{number}", "wrong")
    assert is_in(sign_in("officer", PASSWORD))
    sign_in("name-4", "wrong")
    assert is_locked(sign_in("officer", PASSWORD))


def test_strangers_do_not_lock_out_the_owner(officer: User) -> None:
    assert is_in(sign_in("officer", PASSWORD, HOME))
    for _attempt in range(4):
        sign_in("officer", "wrong")
    assert is_locked(sign_in("officer", PASSWORD))
    assert is_in(sign_in("officer", PASSWORD, HOME))


def test_a_lock_ends_by_itself(officer: User, settings: Settings) -> None:
    for _attempt in range(3):
        sign_in("officer", "wrong")
    later(seconds=settings.SIGN_IN_LOCK_SECONDS - 30)
    answer = sign_in("officer", PASSWORD)
    assert "Try again in 1 minute," in answer.content.decode()
    later(seconds=31)
    assert is_in(sign_in("officer", PASSWORD))


def test_refused_sign_ins_do_not_prolong_a_lock(officer: User, settings: Settings) -> None:
    for _attempt in range(6):
        sign_in("officer", "wrong")
    assert AccessRecord.objects.filter(event=AccessEvent.SIGN_IN_REFUSED, user=officer).count() == 3
    later(seconds=settings.SIGN_IN_LOCK_SECONDS + 1)
    assert is_in(sign_in("officer", PASSWORD))


def test_an_administrator_unlocks(officer: User, staff: Staff) -> None:  # noqa: F811
    for number in range(5):
        sign_in("officer" if number < 3 else "nobody", "wrong")
    page, unlock = reverse("admin:tasks_app_accessrecord_changelist"), reverse("admin:tasks_app_accessrecord_unlock")
    viewer = staff("view_accessrecord")
    found = viewer.get(page).context["locks"]
    assert [lock.name or lock.address for lock in found] == ["officer", ELSEWHERE]
    forms = [{"account": lock.account_key, "address": lock.address} for lock in found]
    assert viewer.post(unlock, forms[0]).status_code == 403
    administrator = staff("view_accessrecord", "unlock_accessrecord")
    assert administrator.get(unlock, forms[0]).status_code == 405
    for form in forms:
        assert is_locked(sign_in("officer", PASSWORD))
        assert administrator.post(unlock, form).status_code == 302
    assert is_in(sign_in("officer", PASSWORD))
    unlocked = AccessRecord.objects.filter(event=AccessEvent.UNLOCKED).values_list("target", flat=True)
    assert sorted(unlocked) == [ELSEWHERE, "officer"]
    assert administrator.post(unlock, {"account": "made up"}).status_code == 302


def test_the_message_is_translated(officer: User) -> None:
    for _attempt in range(3):
        sign_in("officer", "wrong")
    form = {"username": "officer", "password": PASSWORD}
    answer = Client(headers={"Accept-Language": "ja"}).post(reverse("admin:login"), form, REMOTE_ADDR=ELSEWHERE)
    assert "ログインの失敗が続いたため" in answer.content.decode()
