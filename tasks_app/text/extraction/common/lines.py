"""Lines of a document put together into its text, with the places of its pages and headings."""

from collections.abc import Iterable
from dataclasses import dataclass

from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.omissions import OmissionLog
from tasks_app.text.extraction.common.result import Extracted, Unreadable
from tasks_app.text.japanese.cleaning import readable

BODY = 10
"""Level of text that is no heading. Headings are 1 to 9, the document's title is 0."""

CELL_SEPARATOR = " | "

HIDDEN = "［非表示 / Hidden］"
"""Stands before what the document's own program does not show: a hidden slide, sheet, row."""


@dataclass(frozen=True)
class ExtractedLine:
    """A paragraph with its outline level, or a row of a table.

    `page` is the slide or sheet it stands on, from 1 and rising; 0 in formats that have none. A blank line
    adds nothing but its page. `hidden`: the document's own program does not show it.
    """

    text: str
    level: int = BODY
    is_row: bool = False
    page: int = 0
    hidden: bool = False


def row(cells: Iterable[str]) -> str:
    """A table's row on one line, which ends with its last cell that holds something."""
    return CELL_SEPARATOR.join(" ".join(cell.split()) for cell in cells).rstrip(" |").lstrip(" ")


def joined(lines: Iterable[ExtractedLine], limits: ExtractionLimits, log: OmissionLog | None = None) -> Extracted:
    """Paragraphs stand apart by an empty line, the rows of a table do not. `log` is what `lines` write to.

    Raises Unreadable: too_many_pages, too_many_characters.
    """
    pieces: list[str] = []
    headings: list[tuple[int, int, str]] = []
    page_starts: list[int] = []
    hidden: list[tuple[int, int]] = []
    length = 0
    after_row = False
    for line in lines:
        page_starts.extend([length] * (line.page - len(page_starts)))
        if len(page_starts) > limits.pages:
            raise Unreadable("too_many_pages", pages=len(page_starts), limit=limits.pages)
        text = readable(line.text)
        if not text.strip():
            continue
        gap = "" if not pieces else "\n" if after_row and line.is_row else "\n\n"
        pieces.append(gap + text)
        if line.level < BODY:
            headings.append((length + len(gap), line.level, " ".join(text.split())))
        if line.hidden:
            hidden.append((length + len(gap), length + len(pieces[-1])))
        length += len(pieces[-1])
        after_row = line.is_row
        if length > limits.characters:
            raise Unreadable("too_many_characters", limit=limits.characters)
    ends = [*page_starts[1:], length]
    pages = [(number, *place) for number, place in enumerate(zip(page_starts, ends, strict=False), start=1)]
    omissions = log.entries() if log else []
    return Extracted(text="".join(pieces), headings=headings, pages=pages, hidden=hidden, omissions=omissions)
