"""Settings of sign-ins and of the access log that can be kept."""

from ipaddress import ip_network
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

COUNTS = (
    "SIGN_IN_FAILURES_PER_ACCOUNT",
    "SIGN_IN_FAILURES_PER_ADDRESS",
    "SIGN_IN_LOCK_SECONDS",
    "ACCESS_LOG_RETENTION_DAYS",
)


@register("notebookops")
def access_settings_valid(**_kwargs: Any) -> list[CheckMessage]:
    faults = [f"{name} must be at least 1." for name in COUNTS if getattr(settings, name) < 1]
    faults += [f"TRUSTED_PROXIES: {one!r} is not an address." for one in settings.TRUSTED_PROXIES if not _valid(one)]
    return [
        Error(f"{fault} Nobody could sign in.", hint="Correct it, or leave it out.", id="notebookops.E024")
        for fault in faults
    ]


def _valid(network: str) -> bool:
    """Host bits that are set are refused: 10.0.0.1/8 may mean one address or all."""
    try:
        ip_network(network)
    except ValueError:
        return False
    return True
