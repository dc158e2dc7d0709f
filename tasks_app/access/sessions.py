"""Middleware that ends sessions nobody uses, and keeps those without a second factor from what their role demands."""

import time
from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

from tasks_app.roles import SUPERUSER

Handler = Callable[[HttpRequest], HttpResponseBase]

SEEN = "seen_at"
EXACT_TO_SECONDS = 60
"""How often a session in use is written."""

GUARDED = ("/admin/", "/api/")
OPEN = ("account_pages", "admin:logout", "admin:jsi18n")
"""What somebody needs who is about to set up a second factor."""

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class IdleSessionMiddleware:
    """A page that refreshes itself is no sign of anybody: only pages that are opened and forms that are sent are."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_IDLE_SECONDS and request.user.is_authenticated:
            now = time.time()
            seen = request.session.get(SEEN, now)
            if now - seen > settings.SESSION_IDLE_SECONDS:
                logout(request)
            elif SEEN not in request.session or (_is_activity(request) and now - seen > EXACT_TO_SECONDS):
                request.session[SEEN] = now
        return self._get_response(request)


class SecondFactorMiddleware:
    """Who has one of SECOND_FACTOR_ROLES sets up a second factor before anything else.

    A sign-in by the provider needs no other one here: the provider decides what it asks for.
    """

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.SECOND_FACTOR_ROLES or not _lacks_second_factor(request):
            return self._get_response(request)
        if request.path.startswith("/api/"):
            raise PermissionDenied
        messages.warning(request, gettext("Your role requires a second factor. Set one up to continue."))
        return HttpResponseRedirect(reverse("mfa_index"))


def watch() -> None:
    """A session is in use from the sign-in on."""
    user_logged_in.connect(_begin, dispatch_uid="access_session_begins")


def _begin(sender: Any, request: HttpRequest | None, **_kwargs: Any) -> None:
    if request is not None:
        request.session[SEEN] = time.time()


def _is_activity(request: HttpRequest) -> bool:
    refreshes = "HX-Request" in request.headers or request.path.startswith("/api/")
    return request.method == "POST" or not refreshes


def _lacks_second_factor(request: HttpRequest) -> bool:
    is_open = request.path.startswith(tuple(map(reverse, OPEN))) or not request.path.startswith(GUARDED)
    if is_open or not request.user.is_authenticated or not _must_have_second_factor(request.user):
        return False
    by_provider = any(one["method"] == "socialaccount" for one in get_authentication_records(request, request.user))
    return not by_provider and not is_mfa_enabled(request.user, FACTORS)


def _must_have_second_factor(user: Any) -> bool:
    """Roles are named as in English: `Administrator` for the group `管理者 / Administrator`."""
    demanded = settings.SECOND_FACTOR_ROLES
    if user.is_superuser and SUPERUSER in demanded:
        return True
    held = user.groups.values_list("name", flat=True)
    return any(name in demanded or name.rpartition(" / ")[2] in demanded for name in held)
