"""Settings of sign-ins and of the access log that can be kept."""

from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from tasks_app.roles import ROLES, SUPERUSER

COUNTS = (
    "SIGN_IN_FAILURES_PER_ACCOUNT",
    "SIGN_IN_FAILURES_PER_ADDRESS",
    "SIGN_IN_LOCK_SECONDS",
    "ACCESS_LOG_RETENTION_DAYS",
)


SECONDS = ("SESSION_IDLE_SECONDS", "PASSWORD_AGAIN_SECONDS")
"""0 for never."""

OIDC = ("OIDC_SERVER_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")


@register("notebookops")
def access_settings_valid(**_kwargs: Any) -> list[CheckMessage]:
    faults = [f"{name} must be at least 1." for name in COUNTS if getattr(settings, name) < 1]
    faults += [f"{name} must not be below 0." for name in SECONDS if getattr(settings, name) < 0]
    faults += [f"TRUSTED_PROXIES: {one!r} is not an address." for one in settings.TRUSTED_PROXIES if not _valid(one)]
    return [
        Error(f"{fault} Nobody could sign in.", hint="Correct it, or leave it out.", id="notebookops.E024")
        for fault in faults
    ]


@register("notebookops")
def second_factor_roles_exist(**_kwargs: Any) -> list[CheckMessage]:
    known = {name for role in ROLES for name in (role.name, role.name.rpartition(" / ")[2])} | {SUPERUSER}
    return [
        Error(
            f"SECOND_FACTOR_ROLES: there is no role {name!r}, so nobody would need a second factor for it.",
            hint=f"Use some of: {', '.join(sorted(known))}.",
            id="notebookops.E025",
        )
        for name in settings.SECOND_FACTOR_ROLES
        if name not in known
    ]


@register("notebookops")
def provider_complete(**_kwargs: Any) -> list[CheckMessage]:
    missing = [name for name in OIDC if not getattr(settings, name)]
    faults = [f"{name} is missing." for name in missing] if 0 < len(missing) < len(OIDC) else []
    address = urlsplit(settings.OIDC_SERVER_URL)
    if address.scheme not in ("", "https") and address.hostname not in ("localhost", "127.0.0.1", "::1"):
        faults.append("OIDC_SERVER_URL must be an https address: anybody in between could sign in.")
    return [
        Error(
            f"{fault} The sign-in by OpenID Connect cannot work.", hint="See docs/settings.md.", id="notebookops.E026"
        )
        for fault in faults
    ]


def _valid(network: str) -> bool:
    """Host bits that are set are refused: 10.0.0.1/8 may mean one address or all."""
    try:
        ip_network(network)
    except ValueError:
        return False
    return True
