"""Cutting a text into chunks at the places where a reader would pause."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tasks_app.text.japanese.sentences import CLOSERS, FULL_STOP, STOPS

MIN_SHARE = 4
"""A heading starts a new chunk once the running one holds a fourth of the size; until then both share one."""

HEADING_SEPARATOR = " > "

_BREAK = re.compile(
    r"(?P<paragraph>\n[ \t　]*\n\s*)"
    rf"|(?P<sentence>[{STOPS}][{CLOSERS}{STOPS}]*(?:[ \t　]*\n(?![ \t　]*\n))?|{FULL_STOP}(?=\s))"
    r"|(?P<line>\n)"
    r"|(?P<phrase>[、，；;：:]|[ \t　]+)"
)
_RANKS = {"paragraph": 4, "sentence": 3, "line": 2, "phrase": 1}


@dataclass(frozen=True)
class ChunkSpan:
    """`text[start:end]`; `page` is where it begins, `heading` the path of headings it stands under."""

    start: int
    end: int
    page: int | None = None
    heading: str = ""


def cut(text: str, size: int, borders: Iterable[int] = ()) -> list[tuple[int, int]]:
    """[start, end) of pieces of at most `size` characters that cover `text` exactly, in order.

    `borders` (offsets, such as those of headings) are preferred to paragraph ends, these to sentence ends, to
    line ends, to phrases. Time grows with the length of the text, whatever it holds.
    """
    breaks = [(found.end(), _RANKS[found.lastgroup or ""]) for found in _BREAK.finditer(text)]
    offsets = [offset for offset, _ in breaks]
    starts = sorted(set(borders))
    cuts: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = _next(text, start, size, starts, breaks, offsets)
        cuts.append((start, end))
        start = end
    return cuts


def chunks(
    text: str,
    size: int,
    pages: Sequence[Sequence[int]] = (),
    headings: Sequence[tuple[int, int, str] | Sequence[int | str]] = (),
) -> list[ChunkSpan]:
    """The pieces of `text` with their places; `pages` and `headings` as in `extraction.result.Extracted`."""
    outline = [(int(start), int(level), str(title)) for start, level, title in headings]
    heading_starts = [start for start, _, _ in outline]
    paths = _paths(outline)
    page_starts = [start for _, start, _ in pages]
    pieces = []
    for start, end in cut(text, size, heading_starts):
        begins = _first_visible(text, start, end)
        page = bisect_right(page_starts, begins) - 1
        heading = bisect_right(heading_starts, begins) - 1
        pieces.append(
            ChunkSpan(start, end, pages[page][0] if page >= 0 else None, paths[heading] if heading >= 0 else "")
        )
    return pieces


def _next(
    text: str,
    start: int,
    size: int,
    borders: list[int],
    breaks: list[tuple[int, int]],
    offsets: list[int],
) -> int:
    limit = min(start + size, len(text))
    border = bisect_right(borders, start + size // MIN_SHARE)
    if border < len(borders) and borders[border] <= limit:
        return borders[border]
    if limit == len(text):
        return limit
    for earliest in (start + size // 2, start):
        found = breaks[bisect_left(offsets, earliest + 1) : bisect_right(offsets, limit)]
        if found:
            return max(found, key=lambda candidate: (candidate[1], candidate[0]))[0]
    return _whole_character(text, start, limit)


def _whole_character(text: str, start: int, end: int) -> int:
    """`end`, moved back so that marks (dakuten, variation selectors) stay with what they belong to."""
    earliest = max(start + 1, end - 8)
    at = end
    while at > earliest and (unicodedata.combining(text[at]) or unicodedata.category(text[at]) == "Mn"):
        at -= 1
    return at if at > earliest else end


def _first_visible(text: str, start: int, end: int) -> int:
    """Where the piece has its first character to be seen: space at its head belongs to what went before."""
    return end - len(text[start:end].lstrip()) if text[start:end].strip() else start


def _paths(outline: list[tuple[int, int, str]]) -> list[str]:
    """For each heading, its titles from the outermost to itself."""
    paths: list[str] = []
    open_headings: list[tuple[int, str]] = []
    for _, level, title in outline:
        open_headings = [(above, name) for above, name in open_headings if above < level]
        open_headings.append((level, title))
        paths.append(HEADING_SEPARATOR.join(name for _, name in open_headings))
    return paths
