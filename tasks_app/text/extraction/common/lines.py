"""Lines of a document put together into its text, with the places of its pages and headings."""

from collections.abc import Iterable
from dataclasses import dataclass

from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.result import Extracted, Unreadable
from tasks_app.text.japanese.cleaning import readable

BODY = 10
"""Level of text that is no heading. Headings are 1 to 9, the document's title is 0."""

CELL_SEPARATOR = " | "


@dataclass(frozen=True)
class ExtractedLine:
    """A paragraph with its outline level, or a row of a table.

    `page` is the slide or sheet it stands on, from 1 and rising; 0 in formats that have none. A blank line
    adds nothing but its page.
    """

    text: str
    level: int = BODY
    is_row: bool = False
    page: int = 0


def row(cells: Iterable[str]) -> str:
    """A table's row on one line, which ends with its last cell that holds something."""
    return CELL_SEPARATOR.join(" ".join(cell.split()) for cell in cells).rstrip(" |").lstrip(" ")


def joined(lines: Iterable[ExtractedLine], limits: ExtractionLimits) -> Extracted:
    """Paragraphs stand apart by an empty line, the rows of a table do not.

    Raises Unreadable: too_many_pages, too_many_characters.
    """
    pieces: list[str] = []
    headings: list[tuple[int, int, str]] = []
    page_starts: list[int] = []
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
        length += len(pieces[-1])
        after_row = line.is_row
        if length > limits.characters:
            raise Unreadable("too_many_characters", limit=limits.characters)
    ends = [*page_starts[1:], length]
    pages = [(number, *place) for number, place in enumerate(zip(page_starts, ends, strict=False), start=1)]
    return Extracted(text="".join(pieces), headings=headings, pages=pages)
