"""Providers that are configured but cannot work."""

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured

from tasks_app.providers import endpoint, summariser
from tasks_app.providers.endpoint import Endpoint

MAX_BATCH = 2048
"""Texts in one request of OpenAI's embeddings; others take no more."""

AT_LEAST_ONE = ("PROVIDER_CONCURRENCY", "PROVIDER_PROCESSES", "PROVIDER_CALLS_PER_JOB", "EMBEDDING_BATCH_SIZE")
ABOVE_NAUGHT = ("PROVIDER_TIMEOUT_SECONDS", "CHAT_TIMEOUT_SECONDS", "PROVIDER_SLOT_WAIT_SECONDS")

ENDPOINTS: tuple[Callable[[], Endpoint | None], ...] = (endpoint.chat_model, endpoint.embeddings, endpoint.speech)


@register("notebookops")
def known_summariser(**_kwargs: Any) -> list[CheckMessage]:
    if settings.SUMMARY_PROVIDER in summariser.SUMMARISERS and (
        settings.SUMMARY_PROVIDER != summariser.MODEL or settings.LLM_BASE_URL
    ):
        return []
    known = ", ".join(sorted(summariser.SUMMARISERS))
    return [
        Error(
            f"SUMMARY_PROVIDER is {settings.SUMMARY_PROVIDER!r}, which cannot be used.",
            hint=f"Set it to one of {known}, or leave it out; {summariser.MODEL} needs LLM_BASE_URL.",
            id="notebookops.E011",
        )
    ]


@register("notebookops")
def complete_endpoints(**_kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for configured in ENDPOINTS:
        try:
            one = configured()
        except ImproperlyConfigured as error:
            hint = "Set address, model and key together, or none of them; the URL without user name and password."
            found.append(Error(f"{error}.", hint=hint, id="notebookops.E021"))
            continue
        if one is not None and _readable_on_the_way(one):
            found.append(
                Warning(
                    f"Text is sent to {one.host} unencrypted.",
                    hint="Use an https address.",
                    id="notebookops.W002",
                )
            )
    return found


@register("notebookops")
def provider_numbers_fit(**_kwargs: Any) -> list[CheckMessage]:
    faults = [f"{name} is below 1" for name in AT_LEAST_ONE if getattr(settings, name) < 1]
    faults += [f"{name} is not above 0" for name in ABOVE_NAUGHT if getattr(settings, name) <= 0]
    if not 0 <= settings.PROVIDER_CHAT_RESERVED < settings.PROVIDER_CONCURRENCY:
        faults.append("PROVIDER_CHAT_RESERVED is not between 0 and PROVIDER_CONCURRENCY")
    if settings.EMBEDDING_BATCH_SIZE > MAX_BATCH:
        faults.append(f"EMBEDDING_BATCH_SIZE is above {MAX_BATCH}")
    return [
        Error(f"{fault}.", hint="See docs/settings.md for what each number may be.", id="notebookops.E022")
        for fault in faults
    ]


@register("notebookops")
def prices_are_numbers(**_kwargs: Any) -> list[CheckMessage]:
    prices = settings.PROVIDER_PRICES
    if isinstance(prices, dict) and all(map(_is_price, prices.values())):
        return []
    return [
        Error(
            "PROVIDER_PRICES is not a price table.",
            hint='Use {"model": [input price, output price]}, per million tokens.',
            id="notebookops.E023",
        )
    ]


def _is_price(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(one, int | float) and not isinstance(one, bool) and one >= 0 for one in value)
    )


def _readable_on_the_way(one: Endpoint) -> bool:
    """Plain http to a public name or address; a name without a dot is in the local network."""
    parts = urlsplit(one.base_url)
    name = parts.hostname or ""
    if parts.scheme == "https":
        return False
    try:
        return ip_address(name).is_global
    except ValueError:
        return "." in name and not name.endswith((".localhost", ".local", ".internal"))
