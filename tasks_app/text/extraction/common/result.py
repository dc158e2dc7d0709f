"""What reading a file gives, and how a reader says no."""

from dataclasses import dataclass, field
from typing import Any

from tasks_app.text.extraction.common.omissions import Omission


@dataclass(frozen=True, kw_only=True)
class Extracted:
    """`pages` are (number from 1, start, end) and cover `text`; `headings` are (start, level, title).

    Level 0 is the document's title. Offsets are characters of `text`. `encoding` is empty for formats that
    say themselves how they are encoded. `unread_pages` numbers those that show something whose text is not to
    be had without recognising it. `hidden` are [start, end) of what the document's own program does not show.
    `omissions` say what was left out or marked; `figures` count what else there is to say. `title` is what the document
    calls itself, on one line; empty where it has no heading.
    """

    text: str
    pages: list[tuple[int, int, int]] = field(default_factory=list)
    headings: list[tuple[int, int, str]] = field(default_factory=list)
    encoding: str = ""
    unread_pages: list[int] = field(default_factory=list)
    hidden: list[tuple[int, int]] = field(default_factory=list)
    omissions: list[Omission] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)
    title: str = ""


class Unreadable(Exception):
    """The file cannot be used. `code` is stable snake_case; `details` never hold text of the file."""

    def __init__(self, code: str, **details: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(frozen=True, kw_only=True)
class ReaderResponse:
    """What the reading process writes: one of `extracted` and `code` (with its `details`)."""

    extracted: Extracted | None = None
    code: str = ""
    details: dict[str, Any] = field(default_factory=dict)
