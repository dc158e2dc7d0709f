"""The text of one PDF page: its rows in reading order, what its form fields hold, and readings set apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from statistics import median_low

import pypdfium2

from tasks_app.text.extraction.pdf.pages.annotations import Annotation, annotations
from tasks_app.text.extraction.pdf.pages.columns import read_by_column
from tasks_app.text.extraction.pdf.pages.furigana import set_apart
from tasks_app.text.extraction.pdf.pages.layout import Cell, cells, is_wide, rows, upright
from tasks_app.text.extraction.pdf.pages.overprint import once
from tasks_app.text.extraction.pdf.pages.page_glyphs import UPRIGHT, glyphs, turn

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


MIN_LINES = 3
"""Of a page whose headline is looked for."""

MAX_HEAD = 4
"""Lines of a headline at most."""

LARGER = 1.15
"""By how much the letters of a headline are larger than those of the text."""


@dataclass
class PrintedLine:
    """A row of the page; `size` is that of its letters, in points."""

    cells: list[Cell]
    angle: float = UPRIGHT
    size: float = 0.0

    @property
    def text(self) -> str:
        return " ".join(cell.text.strip() for cell in self.cells)


@dataclass(frozen=True)
class PageText:
    """`headline` is what stands on it in larger letters than the rest; empty where nothing does."""

    text: str
    headline: str = ""


def page_text(page: pypdfium2.PdfPage, limit: int) -> PageText:
    """Raises OverflowError for more than `limit` characters."""
    found, readings = set_apart(upright(once(glyphs(page, limit))))
    lines = [
        PrintedLine(made, row.glyphs[0].angle, median_low(glyph.size for glyph in row.glyphs))
        for row in rows(found)
        if (made := cells(row))
    ]
    headline = _headline(lines)
    if any(_RIGHT_TO_LEFT.search(line.text) for line in lines):
        # PDFium has put their letters in logical order, against the order of their places.
        texts = [page.get_textpage().get_text_range().replace("\r\n", "\n")]
    else:
        lines = _by_column(lines)
        texts = []
    notes = _placed(lines, list(annotations(page)))
    texts = texts or [line.text for line in lines]
    set_apart_line = "、".join(dict.fromkeys(f"{word}（{reading}）" for word, reading in readings))
    return PageText("\n".join([*texts, *notes, *filter(None, [set_apart_line])]), headline)


def _headline(lines: Sequence[PrintedLine]) -> str:
    """The first lines in the largest letters, if they are few and clearly larger than most."""
    if len(lines) < MIN_LINES:
        return ""
    usual = median_low(line.size for line in lines for _letter in line.text)
    largest = max((line.size for line in lines if len(line.text) > 1), default=0.0)
    if largest < LARGER * usual or not largest:
        return ""
    first = next(place for place, line in enumerate(lines) if line.size == largest and len(line.text) > 1)
    head = [line.text for line in takewhile(lambda line: line.size > largest / LARGER, lines[first:])]
    if len(head) > MAX_HEAD:
        return ""
    return ("" if is_wide("".join(head)) else " ").join(head)


def _by_column(lines: list[PrintedLine]) -> list[PrintedLine]:
    angles = {line.angle for line in lines}
    if len(angles) > 1 or all(len(line.cells) == 1 for line in lines):
        return lines
    return [PrintedLine(made, angle) for angle in angles for made in read_by_column([line.cells for line in lines])]


def _placed(lines: list[PrintedLine], found: Sequence[Annotation]) -> list[str]:
    """Put each annotation where it stands on the page. Comments, which stand nowhere, are returned."""
    for annotation in found:
        if annotation.is_comment:
            continue
        line = _line_of(lines, annotation) if annotation.is_field else None
        angle = line.angle if line else lines[0].angle if lines else UPRIGHT
        cell = Cell(annotation.text, *turn(annotation.box, angle))
        if line:
            line.cells.append(cell)
            line.cells.sort(key=lambda cell: cell.left)
            continue
        below = (place for place, other in enumerate(lines) if other.cells[0].high <= (cell.low + cell.high) / 2)
        lines.insert(next(below, len(lines)), PrintedLine([cell], angle))
    return [annotation.text for annotation in found if annotation.is_comment]


def _line_of(lines: Sequence[PrintedLine], field: Annotation) -> PrintedLine | None:
    """The line whose middle the field's box crosses, the nearest of several."""
    beside = []
    for line in lines:
        left, low, right, high = turn(field.box, line.angle) if line.angle else field.box
        middle = (line.cells[0].low + line.cells[0].high) / 2
        if low <= middle <= high:
            gap = min(max(cell.left - right, left - cell.right, 0.0) for cell in line.cells)
            beside.append((gap, line))
    return min(beside, key=lambda one: one[0])[1] if beside else None
