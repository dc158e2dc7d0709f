"""What is written to the access log, and when."""

from typing import Any

from allauth.mfa.signals import authentication_failed as second_factor_failed
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from tasks_app.access.client_address import client_address
from tasks_app.models import AccessRecord
from tasks_app.models.access.access_record import AccessEvent

KEY_SALT = "tasks_app.access.account"
_TARGET = AccessRecord._meta.get_field("target").max_length


def account_key(username: str) -> str:
    """Stands for a name without showing it: keyed with SECRET_KEY, so that nobody can try names against it."""
    return salted_hmac(KEY_SALT, username.strip().casefold(), algorithm="sha256").hexdigest()


def record(request: HttpRequest, event: AccessEvent, user: Any = None, name: str = "", target: str = "") -> None:
    """One line of the log, about a user or, by its name, about something else such as a service token."""
    AccessRecord.objects.create(
        event=event,
        user=user,
        name=user.get_username() if user else name,
        address=client_address(request),
        target=target[:_TARGET],
        account_key=account_key(user.get_username()) if user else "",
    )


def record_attempt(request: HttpRequest, event: AccessEvent, username: str) -> None:
    """A sign-in that did not succeed. The name is kept only if there is such an account."""
    accounts = get_user_model()._default_manager
    user = accounts.filter(username=username).first()
    AccessRecord.objects.create(
        event=event,
        user=user,
        name=user.get_username() if user else "",
        address=client_address(request),
        account_key=account_key(username),
    )


def watch() -> None:
    """Record what Django says about sign-ins, whichever page or backend they came through."""
    user_logged_in.connect(_signed_in, dispatch_uid="access_signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="access_signed_out")
    user_login_failed.connect(_failed, dispatch_uid="access_failed")
    second_factor_failed.connect(_wrong_code, dispatch_uid="access_wrong_code")


def _signed_in(sender: Any, request: HttpRequest | None, user: Any, **_kwargs: Any) -> None:
    if request is not None:
        record(request, AccessEvent.SIGNED_IN, user)


def _signed_out(sender: Any, request: HttpRequest | None, user: Any, **_kwargs: Any) -> None:
    if request is not None and user is not None:
        record(request, AccessEvent.SIGNED_OUT, user)


def _failed(sender: Any, credentials: Any, request: HttpRequest | None = None, **_kwargs: Any) -> None:
    if request is not None and "username" in credentials:
        record_attempt(request, AccessEvent.SIGN_IN_FAILED, str(credentials["username"] or ""))


def _wrong_code(sender: Any, request: HttpRequest, user: Any, **_kwargs: Any) -> None:
    record(request, AccessEvent.SIGN_IN_FAILED, user)
