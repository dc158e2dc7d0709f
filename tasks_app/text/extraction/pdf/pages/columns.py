"""Columns of prose that a file draws row by row, put one after the other."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tasks_app.text.extraction.pdf.pages.layout import Cell, is_wide

MIN_GUTTER = 1.0
"""Width of the empty strip between columns, in sizes of their letters."""

MIN_ROWS = 2
MAX_LEADING = 2.5
"""How far down the next line of a column may be, in sizes of its letters."""

MIN_PROSE = 6
"""Wide characters, or three times as many others, that a line of prose has at least."""

MAX_FIGURES = 0.2
_ENDED = re.compile(r"[。．.!?！？:：」』）)]\s*$")
_KANA = re.compile("[ぁ-ゖ]")

Line = list[Cell]
"""The cells of one row."""


@dataclass
class _Stretch:
    """Consecutive rows that leave one strip empty from top to bottom."""

    left: list[Line] = field(default_factory=list)
    right: list[Line] = field(default_factory=list)
    start: float = float("-inf")
    end: float = float("inf")
    low: float = float("inf")
    count: int = 0

    def takes(self, line: Line) -> bool:
        """Add the row unless it lies across the strip, far away or higher up."""
        size = max(cell.size for cell in line)
        if self.count and not self.low - MAX_LEADING * size < line[0].high < self.low + 1.5 * size:
            return False
        for cut in range(len(line) + 1):
            start = max([self.start, *(cell.right for cell in line[:cut])])
            end = min([self.end, *(cell.left for cell in line[cut:])])
            if end - start < MIN_GUTTER * size or (not self.count and not 0 < cut < len(line)):
                continue
            self._add(line, cut)
            self.start, self.end = start, end
            return True
        return False

    def _add(self, line: Line, cut: int) -> None:
        if line[:cut]:
            self.left.append(line[:cut])
        if line[cut:]:
            self.right.append(line[cut:])
        self.low = line[0].low
        self.count += 1

    def is_prose(self) -> bool:
        """Whether both sides are sentences that run on from line to line, not the cells of a table."""
        return all(len(side) >= MIN_ROWS and _runs_on(side) for side in (self.left, self.right))


def read_by_column(lines: Sequence[Line]) -> Iterator[Line]:
    """The rows with those of a left column before those of the column at its right."""
    place = 0
    while place < len(lines):
        stretch = _Stretch()
        end = place
        while end < len(lines) and stretch.takes(lines[end]):
            end += 1
        if not stretch.is_prose():
            yield lines[place]
            place += 1
            continue
        yield from stretch.left
        yield from read_by_column(stretch.right)
        place = end


def _runs_on(side: Sequence[Line]) -> bool:
    """Sentences do not all end where the line does; a line that is too short for prose is the end of one."""
    texts = ["".join(cell.text for cell in line) for line in side]
    ended = [bool(_ENDED.search(text)) for text in texts]
    if not all(_is_prose(text) or is_end for text, is_end in zip(texts, ended, strict=True)):
        return False
    return 2 * sum(ended[:-1]) <= len(texts) - 1


def _is_prose(text: str) -> bool:
    letters = "".join(text.split())
    figures = sum(letter.isdigit() for letter in letters)
    if figures > MAX_FIGURES * len(letters):
        return False
    if sum(is_wide(letter) for letter in letters) * 2 > len(letters):
        return len(letters) >= MIN_PROSE and bool(_KANA.search(letters))
    return len(letters) >= 3 * MIN_PROSE and text.count(" ") >= 2
