"""Dangerous deeds ask for the password, or the second factor, once more: tokens, rights, deletion."""

import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode


def ask(request: HttpRequest, back: str = "") -> HttpResponseRedirect | None:
    """Where the caller has to go first, or None if they confirmed who they are within PASSWORD_AGAIN_SECONDS.

    What was sent is not kept, as it may hold a password. Afterwards the caller is back at `back`, an address of ours,
    or at the page. Someone who has neither a password nor a second factor signs in again.
    """
    if not settings.PASSWORD_AGAIN_SECONDS or not request.user.is_authenticated:
        return None
    methods = get_adapter().get_reauthentication_methods(request.user)
    if _confirmed(request, has_methods=bool(methods)):
        return None
    onward = urlencode({"next": back or request.get_full_path()})
    if methods:
        return HttpResponseRedirect(f"{methods[0]['url']}?{onward}")
    logout(request)
    return HttpResponseRedirect(f"{reverse('admin:login')}?{onward}")


def _confirmed(request: HttpRequest, *, has_methods: bool) -> bool:
    records: Any = get_authentication_records(request, request.user)
    times = [one["at"] for one in records if one.get("reauthenticated") or not has_methods]
    return bool(times) and time.time() - times[-1] < settings.PASSWORD_AGAIN_SECONDS
