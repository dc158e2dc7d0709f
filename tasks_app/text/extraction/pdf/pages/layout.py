"""Glyphs put together into rows and cells, each in its reading direction."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from statistics import median_low
from unicodedata import east_asian_width

from tasks_app.text.extraction.pdf.pages.overprint import is_copy
from tasks_app.text.extraction.pdf.pages.page_glyphs import CLOCKWISE, UPRIGHT, Glyph, turn

CELL_GAP = 1.5
"""Gap, in sizes of the letters, from which on what follows stands apart: the next cell or column."""

WORD_GAP = 0.5
"""Gap from which on there is a space even beside a character that is written without spaces."""

TRACKED_GAP = 0.1
"""Gap from which on letters count as spread over the line."""

MIN_SPACED = 4
"""Letters of a line that a program may have spread with spaces."""

MIN_STACKED = 8
"""With fewer characters one below the other a page is taken as horizontal."""

MAX_INDENT = 3.0
"""By how many sizes of their letters lines of one tier of vertical text may begin lower than others."""

MAX_UPRIGHT = 4
"""Characters that stand side by side within a vertical line: a number of two to four figures."""


_NUMBER = re.compile(r"[\d.,:/%+-]+")


@dataclass
class Cell:
    """Letters of one row without a wide gap between them, or the value of a form field."""

    text: str
    left: float
    low: float
    right: float
    high: float

    @property
    def size(self) -> float:
        return self.high - self.low


@dataclass
class GlyphRow:
    """Glyphs on one line, from left to right."""

    glyphs: list[Glyph]
    low: float = field(init=False)
    high: float = field(init=False)

    def __post_init__(self) -> None:
        self.low, self.high = self.glyphs[0].low, self.glyphs[0].high

    def takes(self, glyph: Glyph) -> bool:
        last = self.glyphs[-1]
        if glyph.angle != last.angle or glyph.left < last.left - last.size * 0.3:
            return False
        return overlap(self, glyph) >= 0.5 * min(last.size, glyph.size)

    def add(self, glyph: Glyph) -> None:
        self.glyphs.append(glyph)
        if glyph.size > self.high - self.low:
            self.low, self.high = glyph.low, glyph.high


def rows(glyphs: Iterable[Glyph]) -> list[GlyphRow]:
    """In the order in which the file draws them, lines of vertical text from right to left."""
    found: list[GlyphRow] = []
    for glyph in glyphs:
        if found and found[-1].takes(glyph):
            found[-1].add(glyph)
        else:
            found.append(GlyphRow([glyph]))
    return right_to_left(list(_drawn_once(found)))


def _drawn_once(found: Iterable[GlyphRow]) -> Iterable[GlyphRow]:
    """Without the rows that lie on an equal one."""
    seen: dict[str, list[Glyph]] = {}
    for row in found:
        text, first = "".join([glyph.text for glyph in row.glyphs]), row.glyphs[0]
        equal = seen.setdefault(text, [])
        if not any(is_copy(first, other) for other in equal):
            equal.append(first)
            yield row


def right_to_left(found: Sequence[GlyphRow]) -> list[GlyphRow]:
    """Lines of vertical text, which PDFium sorts from left to right where they begin at the same height."""
    ordered: list[GlyphRow] = []
    tier: list[GlyphRow] = []
    for row in found:
        first, size = row.glyphs[0], row.high - row.low
        if tier and (first.angle != CLOCKWISE or abs(first.left - tier[-1].glyphs[0].left) > MAX_INDENT * size):
            ordered += sorted(tier, key=lambda line: -line.low)
            tier = []
        if first.angle == CLOCKWISE:
            tier.append(row)
        else:
            ordered.append(row)
    return ordered + sorted(tier, key=lambda line: -line.low)


def overlap(one: GlyphRow | Cell | Glyph, other: GlyphRow | Cell | Glyph) -> float:
    """How high the strip is that both share."""
    return min(one.high, other.high) - max(one.low, other.low)


def upright(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The glyphs of a page of vertical text as if its lines ran from left to right; others as they are."""
    down = across = 0
    for before, glyph in pairwise(glyphs):
        if before.angle == glyph.angle == UPRIGHT and is_wide(before.text) and is_wide(glyph.text):
            down += _is_below(before, glyph)
            across += _is_beside(before, glyph)
    if down < MIN_STACKED or down <= across:
        return list(glyphs)
    found: list[Glyph] = []
    for run in _side_by_side(glyphs):
        is_figure = len(run) <= MAX_UPRIGHT and not (len(run) > 1 and is_wide(run[0].text))
        found += [_turned(run)] if run[0].angle == UPRIGHT and is_figure else run
    return found


def _is_below(before: Glyph, glyph: Glyph) -> bool:
    gap = before.low - glyph.high
    return abs(before.left - glyph.left) < glyph.size / 2 and -glyph.size / 2 < gap < glyph.size


def _is_beside(before: Glyph, glyph: Glyph) -> bool:
    gap = glyph.left - before.right
    if min(before.size, glyph.size) < 0.75 * max(before.size, glyph.size):  # a reading beside its word
        return False
    return overlap(before, glyph) > glyph.size / 2 and -glyph.size / 2 < gap < glyph.size


def _side_by_side(glyphs: Sequence[Glyph]) -> Iterable[list[Glyph]]:
    """Runs of glyphs that stand side by side: figures within a vertical line, or words of a horizontal one."""
    run = [glyphs[0]]
    for glyph in glyphs[1:]:
        if run[-1].angle == glyph.angle == UPRIGHT and _is_beside(run[-1], glyph):
            run.append(glyph)
            continue
        yield run
        run = [glyph]
    yield run


def _turned(run: Sequence[Glyph]) -> Glyph:
    """The run as one glyph of a vertical line."""
    low, high = min(glyph.low for glyph in run), max(glyph.high for glyph in run)
    box = turn((run[0].left, low, run[-1].right, high), CLOCKWISE)
    return Glyph("".join(glyph.text for glyph in run), *box, size=box[3] - box[1], angle=CLOCKWISE)


def cells(row: GlyphRow) -> list[Cell]:
    """The row cut at its wide gaps, the letters of each cell with the spaces that stand between them."""
    glyphs = _without_regular_spaces(row.glyphs)
    spread = _spread(glyphs)
    found: list[Cell] = []
    before: Glyph | None = None
    for glyph in glyphs:
        gap = (glyph.left - before.right) / max(glyph.size, before.size, 0.1) if before else 0.0
        if before is None or (gap > CELL_GAP and gap > spread):
            if glyph.text.isspace() and before is not None:
                continue
            found.append(Cell(glyph.text, glyph.left, glyph.low, glyph.right, glyph.high))
        else:
            cell = found[-1]
            cell.text += _space(before, glyph, gap, spread) + glyph.text
            cell.right = max(cell.right, glyph.right)
            cell.low, cell.high = min(cell.low, glyph.low), max(cell.high, glyph.high)
        before = glyph
    return [cell for cell in found if cell.text.strip()]


def _space(before: Glyph, glyph: Glyph, gap: float, spread: float) -> str:
    if before.text.isspace() or glyph.text.isspace():
        return ""
    if is_wide(before.text[-1]) or is_wide(glyph.text[0]):
        return " " if gap > max(WORD_GAP, spread) else ""
    if spread and glyph.left - before.left <= (1 + spread) * glyph.size:  # a figure in the place of a wide letter
        return ""
    if gap < TRACKED_GAP / 2 and _NUMBER.fullmatch(before.text + glyph.text):  # figures drawn one by one
        return ""
    return " " if glyph.after_space or gap > WORD_GAP else ""


def _spread(glyphs: Sequence[Glyph]) -> float:
    """The widest gap between the letters of a line that are spread over its width; 0 where they are not."""
    gaps = [
        (glyph.left - before.right) / max(glyph.size, 0.1)
        for before, glyph in pairwise(glyphs)
        if is_wide(before.text) and is_wide(glyph.text)
    ]
    if len(gaps) < 2 or min(gaps) < TRACKED_GAP or median_low(gaps) > CELL_GAP:
        return 0.0
    return 1.5 * median_low(gaps) + TRACKED_GAP


def _without_regular_spaces(glyphs: Sequence[Glyph]) -> Sequence[Glyph]:
    """Without the spaces that stand after each letter of a line, where some program spread it with them."""
    letters, spaces = glyphs[::2], glyphs[1::2]
    if len(letters) < MIN_SPACED or not all(space.text.isspace() for space in spaces):
        return glyphs
    return letters if is_wide("".join(letter.text for letter in letters)) else glyphs


@lru_cache(4096)
def is_wide(text: str) -> bool:
    """Whether all of it is written without spaces between words."""
    return not text.isascii() and all(east_asian_width(character) in "WF" for character in text)
