"""Too many failed sign-ins lock an account, or an address, for a while. The access log is the only record of this.

Strangers who try passwords must not lock out the person whose account it is: where an account was signed in to lately,
only failures from that same address count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Count, DateTimeField, ExpressionWrapper, Max, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Now
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import ngettext

from tasks_app.access.client_address import client_address
from tasks_app.access.recording import account_key, record_attempt
from tasks_app.models import AccessRecord
from tasks_app.models.access.access_record import AccessEvent

KNOWN_FOR = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Lock:
    """Of an account, by its key, or of an address. `name` is empty for an account that does not exist."""

    account_key: str = ""
    address: str = ""
    name: str = ""
    until: datetime


def check(request: HttpRequest, username: str) -> None:
    """Before a password is looked at. Raises ValidationError, and records it, if the caller has to wait."""
    key, address = account_key(username), client_address(request)
    ends = [_account_locked_until(key, address), _address_locked_until(address) if address else None]
    until = max((end for end in ends if end), default=None)
    if until is None:
        return
    record_attempt(request, AccessEvent.SIGN_IN_REFUSED, username)
    minutes = int((until - timezone.now()) / timedelta(minutes=1)) + 1
    message = ngettext(
        "Too many failed sign-ins. Try again in %(minutes)d minute, or ask an administrator to unlock your account.",
        "Too many failed sign-ins. Try again in %(minutes)d minutes, or ask an administrator to unlock your account.",
        minutes,
    )
    raise ValidationError(message % {"minutes": minutes}, code="locked")


def locks() -> Sequence[Lock]:
    """Every account and address that is locked now."""
    failed = _recent().filter(event=AccessEvent.SIGN_IN_FAILED).order_by()
    accounts = failed.values("account_key").annotate(times=Count("pk"), who=Max("name"))
    addresses: Any = failed.exclude(address=None).values("address").annotate(times=Count("pk"))
    found = [
        Lock(account_key=one["account_key"], name=one["who"], until=until)
        for one in accounts.filter(times__gte=settings.SIGN_IN_FAILURES_PER_ACCOUNT).order_by("who")
        if (until := _account_locked_until(one["account_key"]))
    ]
    return found + [
        Lock(address=one["address"], until=until)
        for one in addresses.filter(times__gte=settings.SIGN_IN_FAILURES_PER_ADDRESS).order_by("address")
        if (until := _address_locked_until(one["address"]))
    ]


def unlock(request: HttpRequest, lock: Lock) -> None:
    """The failures so far no longer count."""
    AccessRecord.objects.create(
        event=AccessEvent.UNLOCKED,
        user=request.user,  # type: ignore[misc]
        name=request.user.get_username(),
        address=client_address(request),
        target=lock.address or lock.name,
        account_key=lock.account_key,
    )


def _account_locked_until(key: str, address: str | None = None) -> datetime | None:
    """For a caller at this address."""
    of_account = AccessRecord.objects.filter(account_key=key)
    is_known = of_account.filter(event=AccessEvent.SIGNED_IN, address=address, at__gt=Now() - KNOWN_FOR)
    failed = _recent().filter(account_key=key, event=AccessEvent.SIGN_IN_FAILED)
    if address and is_known.exists():
        failed = failed.filter(address=address)
    forgiven = of_account.filter(event__in=(AccessEvent.SIGNED_IN, AccessEvent.UNLOCKED))
    return _locked_until(failed, forgiven, settings.SIGN_IN_FAILURES_PER_ACCOUNT)


def _address_locked_until(address: str) -> datetime | None:
    """A successful sign-in does not count here: anyone with an account could continue with others."""
    failed = _recent().filter(address=address, event=AccessEvent.SIGN_IN_FAILED)
    forgiven = AccessRecord.objects.filter(event=AccessEvent.UNLOCKED, target=address)
    return _locked_until(failed, forgiven, settings.SIGN_IN_FAILURES_PER_ADDRESS)


def _locked_until(failed: QuerySet[AccessRecord], forgiven: QuerySet[AccessRecord], limit: int) -> datetime | None:
    """Until so few of the failures are recent that another one is allowed."""
    last = forgiven.order_by("-at").values("at")[:1]
    times: Any = failed.filter(at__gt=Coalesce(last, _window_start())).order_by("-at").values_list("at", flat=True)
    deciding = next(iter(times[limit - 1 : limit]), None)
    return deciding + _window() if deciding else None


def _recent() -> QuerySet[AccessRecord]:
    return AccessRecord.objects.filter(at__gt=_window_start())


def _window_start() -> Combinable:
    return ExpressionWrapper(Now() - _window(), DateTimeField())


def _window() -> timedelta:
    return timedelta(seconds=settings.SIGN_IN_LOCK_SECONDS)
