"""Who writes summaries: a model behind an endpoint, or the honest default that only chooses sentences."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from tasks_app.registry import Usage
from tasks_app.text import extractive


@dataclass(frozen=True, kw_only=True)
class Summary:
    text: str
    usage: Usage = field(default_factory=Usage)


class Summariser(Protocol):
    """`provider` and `model` are stored with what it writes and become part of checkpoint keys."""

    @property
    def provider(self) -> str: ...

    @property
    def model(self) -> str: ...

    def summarise(self, text: str, *, characters: int, instructions: str) -> Summary:
        """A summary of at most about `characters`. Raises TransientError, PermanentError or Release."""


@dataclass(frozen=True)
class Extractive:
    """Sentences chosen from the text, never invented. Instructions change nothing: it does not write."""

    provider: str = "extractive"
    model: str = ""

    def summarise(self, text: str, *, characters: int, instructions: str) -> Summary:
        return Summary(text=extractive.summarise(text, characters))


SUMMARISERS: dict[str, Callable[[], Summariser]] = {"extractive": Extractive}
"""By the value of SUMMARY_PROVIDER."""


def configured() -> Summariser:
    """The summariser that SUMMARY_PROVIDER names. Raises ImproperlyConfigured if there is none."""
    try:
        return SUMMARISERS[settings.SUMMARY_PROVIDER]()
    except KeyError:
        known = ", ".join(sorted(SUMMARISERS))
        raise ImproperlyConfigured(f"SUMMARY_PROVIDER is {settings.SUMMARY_PROVIDER!r}; known are: {known}") from None
