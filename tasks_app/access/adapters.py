"""How django-allauth behaves here: it signs in accounts that administrators have made, and creates none."""

import base64
from hashlib import sha256
from ipaddress import IPv4Address
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

from tasks_app.access import lockout
from tasks_app.access.client_address import client_address
from tasks_app.access.recording import record_attempt
from tasks_app.models.access.access_record import AccessEvent

KEY_SALT = b"tasks_app.access.second_factor"
NO_ADDRESS = str(IPv4Address(0))
"""What the list of sessions shows of a peer without an address."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or NO_ADDRESS

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Before a password is looked at once more. Raises ValidationError."""
        lockout.check(request, str(credentials.get("username", "")))

    def add_message(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Not that somebody has signed in or out: the page shows it."""
        if not any(str(one).startswith("account/messages/logged_") for one in (*args, *kwargs.values())):
            super().add_message(request, *args, **kwargs)


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """The first time, the account with the name that the provider gives is connected with the provider's subject.

        From then on the subject alone decides. Raises ImmediateHttpResponse where there is no such account.
        """
        if sociallogin.is_existing:
            return
        data = sociallogin.account.extra_data
        claims = data.get("userinfo") or data.get("id_token") or {}
        name = str(claims.get(settings.OIDC_USERNAME_CLAIM) or "")
        user = get_user_model()._default_manager.filter(username=name, is_active=True).first() if name else None
        if user is None or user.socialaccount_set.exists():  # type: ignore[attr-defined]
            record_attempt(request, AccessEvent.SIGN_IN_FAILED, name)
            raise _back(request, gettext("You have no account here. Ask an administrator to create one."))
        sociallogin.connect(request, user)

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Refused at the provider, or what it sent back is not valid. Raises ImmediateHttpResponse."""
        raise _back(request, gettext("The sign-in at the provider did not succeed. Try again."))


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are stored encrypted, so that a copy of the database is no second factor."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


class SecondFactorForm(AuthenticateForm):  # type: ignore[misc]
    def clean_code(self) -> str:
        """Wrong codes count like wrong passwords. Raises ValidationError."""
        lockout.check(context.request, self.user.get_username())
        return str(super().clean_code())


class SecondFactorAgainForm(ReauthenticateForm):  # type: ignore[misc]
    def clean_code(self) -> str:
        """As at the sign-in. Raises ValidationError."""
        lockout.check(context.request, self.user.get_username())
        return str(super().clean_code())


def _back(request: HttpRequest, message: str) -> ImmediateHttpResponse:
    """To the sign-in page."""
    messages.error(request, message)
    return ImmediateHttpResponse(HttpResponseRedirect(reverse("admin:login")))


def _cipher() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(sha256(KEY_SALT + key.encode()).digest())) for key in keys])
