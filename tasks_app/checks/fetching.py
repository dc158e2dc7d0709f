"""Settings of the fetcher that can be kept."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from tasks_app.providers.endpoint import is_web_address


@register("notebookops")
def fetching_possible(**_kwargs: Any) -> list[CheckMessage]:
    faults = []
    if settings.FETCH_SECONDS <= 0:
        faults.append("FETCH_SECONDS must be above 0.")
    if not settings.FETCH_PORTS or not all(port.isdecimal() and 0 < int(port) < 65536 for port in settings.FETCH_PORTS):
        faults.append("FETCH_PORTS must be numbers from 1 to 65535, such as 443.")
    if settings.FETCH_LOOPBACK_ORIGIN and not _is_origin(settings.FETCH_LOOPBACK_ORIGIN):
        faults.append("FETCH_LOOPBACK_ORIGIN must be scheme, host and port alone, such as http://127.0.0.1:8090.")
    return [
        Error(f"{fault} No address could be fetched.", hint="Correct it, or leave it out.", id="notebookops.E042")
        for fault in faults
    ]


def _is_origin(text: str) -> bool:
    return is_web_address(text) and text.count("/") == 2
