"""Settings of the fetcher that can be kept."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register("notebookops")
def fetching_possible(**_kwargs: Any) -> list[CheckMessage]:
    faults = []
    if settings.FETCH_SECONDS <= 0:
        faults.append("FETCH_SECONDS must be above 0.")
    if not settings.FETCH_PORTS or not all(port.isdecimal() and 0 < int(port) < 65536 for port in settings.FETCH_PORTS):
        faults.append("FETCH_PORTS must be numbers from 1 to 65535, such as 443.")
    return [
        Error(f"{fault} No address could be fetched.", hint="Correct it, or leave it out.", id="notebookops.E042")
        for fault in faults
    ]
