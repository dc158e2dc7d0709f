"""Writes .env.example from docs/settings.md and docker-compose.yml: `python -m tests.support.env_example`."""

import re
import textwrap
from collections.abc import Iterator

import yaml

from launcher.checkout.home import PROJECT

FILE = PROJECT / ".env.example"
HEAD = """\
# Copy this file to .env and fill in the lines without a #; docker compose does not start without them.
# Every other line shows a default: remove the # to change it. bin/up needs none of this.
# Generated from docs/settings.md, which explains more, by: .venv/bin/python -m tests.support.env_example
"""

SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \|", re.MULTILINE)
LINK = re.compile(r"\[([^\]]*)\]\([^)\s]+\)")
REQUIRED = re.compile(r"(?<!\$)\$\{(\w+):\?")
WIDTH = 110


def required() -> set[str]:
    """The variables without which compose starts nothing."""
    return set(REQUIRED.findall(_compose()))


def fixed() -> set[str]:
    """The settings that docker-compose.yml gives a value of its own."""
    return set(yaml.safe_load(_compose())["x-environment"]) - required()


def content() -> str:
    """What the file has to hold."""
    return HEAD + "".join(_lines((PROJECT / "docs" / "settings.md").read_text("utf-8")))


def _compose() -> str:
    return (PROJECT / "docker-compose.yml").read_text("utf-8")


def _lines(page: str) -> Iterator[str]:
    must, ours = required(), fixed()
    _head, *sections = SECTION.split(page)
    for heading, text in zip(sections[::2], sections[1::2], strict=True):
        rows = ROW.findall(text)
        if rows:
            yield f"\n\n# ---- {heading} ----\n"
        for name, default, unit, what in rows:
            yield _explained(f"{what} ({unit}){'; docker-compose.yml sets it itself' if name in ours else ''}")
            yield f"{name}=\n" if name in must else f"#{name}={_value(default)}\n"


def _explained(text: str) -> str:
    plain = LINK.sub(r"\1", text).replace("`", "")
    return "\n" + textwrap.fill(plain, WIDTH, initial_indent="# ", subsequent_indent="# ") + "\n"


def _value(default: str) -> str:
    """Only text in backquotes is a value; anything else describes one."""
    return default.strip("`") if default.startswith("`") else ""


if __name__ == "__main__":
    FILE.write_text(content(), encoding="utf-8")
