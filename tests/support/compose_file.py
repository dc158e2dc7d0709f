"""docker-compose.yml as compose understands it, so far as the file makes use of that."""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from signal import Signals
from typing import Any

import yaml

from launcher.checkout.home import PROJECT

FILE = PROJECT / "docker-compose.yml"
VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?:(?P<rule>:[-?])(?P<word>[^}]*))?\})")
DURATION = re.compile(r"(\d+)s")


class MissingVariable(Exception):
    """A variable without which compose starts nothing."""


@dataclass(frozen=True)
class ComposeService:
    """One service, its variables filled in."""

    name: str
    raw: Mapping[str, Any]

    @property
    def command(self) -> list[str]:
        """A line is cut into words, no shell takes part in that."""
        given = self.raw["command"]
        return shlex.split(given) if isinstance(given, str) else list(given)

    @property
    def environ(self) -> dict[str, str]:
        """What the file itself sets, without `.env`."""
        return dict(self.raw["environment"])

    @property
    def health(self) -> list[str]:
        """The command that reports its health."""
        how, *rest = self.raw["healthcheck"]["test"]
        return ["sh", "-c", *rest] if how == "CMD-SHELL" else rest

    @property
    def stop_signal(self) -> Signals:
        return Signals[self.raw.get("stop_signal", "SIGTERM")]

    @property
    def grace_seconds(self) -> int:
        """How long it is given to stop before it is killed."""
        found = DURATION.fullmatch(self.raw["stop_grace_period"])
        assert found, "written in seconds"
        return int(found[1])


def services(variables: Mapping[str, str]) -> dict[str, ComposeService]:
    """By name. Raises MissingVariable where compose would refuse."""
    loaded = yaml.safe_load(FILE.read_text("utf-8"))
    filled = interpolated(loaded["services"], variables)
    return {name: ComposeService(name, raw) for name, raw in filled.items()}


def interpolated(value: Any, variables: Mapping[str, str]) -> Any:
    """The value with its variables filled in, at any depth."""
    match value:
        case str():
            return VARIABLE.sub(lambda found: _replacement(found, variables), value)
        case dict():
            return {key: interpolated(part, variables) for key, part in value.items()}
        case list():
            return [interpolated(part, variables) for part in value]
    return value


def _replacement(found: re.Match[str], variables: Mapping[str, str]) -> str:
    if found["dollar"]:
        return "$"
    value = variables.get(found["name"], "")
    if not value and found["rule"] == ":?":
        raise MissingVariable(found["name"])
    return value or (found["word"] if found["rule"] == ":-" else "")
