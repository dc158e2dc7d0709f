"""Providers that are configured but do not exist."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from tasks_app.providers import summariser


@register("notebookops")
def known_summariser(**_kwargs: Any) -> list[CheckMessage]:
    try:
        summariser.configured()
    except ImproperlyConfigured as error:
        return [
            Error(
                f"{error}.",
                hint="Set SUMMARY_PROVIDER to one of the known names, or leave it out.",
                id="notebookops.E011",
            )
        ]
    return []
