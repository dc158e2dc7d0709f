"""Options of a request that a server has refused, as this process has learnt."""

from collections.abc import Iterable, Mapping
from time import monotonic
from typing import Any

from tasks_app.providers.endpoint import Endpoint

REMEMBERED_SECONDS = 3600.0
"""After this an option is offered again: the server may have been updated, or have failed for another reason."""

_refused: dict[tuple[Endpoint, str], float] = {}


def is_refused(endpoint: Endpoint, option: str) -> bool:
    return monotonic() - _refused.get((endpoint, option), float("-inf")) < REMEMBERED_SECONDS


def accepted(endpoint: Endpoint, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options without those that were refused."""
    return {name: value for name, value in options.items() if not is_refused(endpoint, name)}


def note(endpoint: Endpoint, options: Iterable[str]) -> None:
    """The server took the request only without these."""
    _refused.update({(endpoint, option): monotonic() for option in options})
