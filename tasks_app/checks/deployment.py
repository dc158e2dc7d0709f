"""What must not be so where others can reach it. Runs with check --deploy."""

from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register("notebookops", deploy=True)
def debug_off(**_kwargs: Any) -> list[CheckMessage]:
    if not settings.DEBUG:
        return []
    return [
        Error(
            "DEBUG is on: error pages would show settings and documents to anyone.",
            hint="Leave DEBUG out, or set it to false.",
            id="notebookops.E014",
        )
    ]


@register("notebookops", deploy=True)
def secret_key_own(**_kwargs: Any) -> list[CheckMessage]:
    if settings.INSECURE_SECRET_KEY not in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        return []
    return [
        Error(
            "SECRET_KEY is the publicly known default: sessions could be forged.",
            hint="Set SECRET_KEY to 50 random characters or more, and take the known one out of SECRET_KEY_FALLBACKS.",
            id="notebookops.E015",
        )
    ]


@register("notebookops", deploy=True)
def https_on(**_kwargs: Any) -> list[CheckMessage]:
    reachable = [host for host in settings.ALLOWED_HOSTS if not _is_loopback(host)]
    if settings.HTTPS or not reachable:
        return []
    return [
        Error(
            f"HTTPS is off, but the console is reachable as {', '.join(reachable)}: passwords would be readable "
            "on the way.",
            hint="Leave HTTPS out, or set it to true; or set ALLOWED_HOSTS to loopback names only.",
            id="notebookops.E016",
        )
    ]


def _is_loopback(host: str) -> bool:
    name = host.strip("[]")
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
