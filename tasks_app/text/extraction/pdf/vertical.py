"""Vertical Japanese text that a PDF places character by character."""

import unicodedata
from dataclasses import dataclass, field
from math import hypot
from typing import Any

from pypdf import PageObject

MIN_LINES = 8
"""With less to go by, lines of one character are taken as they are."""


def page_text(page: PageObject) -> str:
    """The page's text in the order in which the file draws it, each column of vertical text as one line.

    Where a font says that it is vertical, a parser gets that right; where each character is positioned
    with a font for horizontal text, the parser sees as many lines as characters.
    """
    text = page.extract_text()
    if not _stacked(text):
        return text
    columns = _Columns()
    page.extract_text(visitor_text=columns.add)
    return "\n".join(columns.lines)


def _stacked(text: str) -> bool:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    single = sum(len(line) == 1 and unicodedata.east_asian_width(line) in "WF" for line in lines)
    return len(lines) >= MIN_LINES and single > len(lines) / 2


@dataclass
class _Columns:
    """Characters in the order of the file; a new column begins where the next one is higher up, or far aside."""

    lines: list[str] = field(default_factory=list)
    _x: float = 0.0
    _y: float = 0.0

    def add(self, text: str, page: list[float], line: list[float], _font: Any, size: float) -> None:
        """Called with the matrices of page and line, as pypdf's `visitor_text` describes."""
        word = "".join(text.split())
        if not word:
            return
        across = line[0] * page[0] + line[1] * page[2]
        down = line[0] * page[1] + line[1] * page[3]
        if self.lines and abs(down) > abs(across):  # Latin letters and figures lie on their side within a column
            self.lines[-1] += word
            return
        x = page[0] * line[4] + page[2] * line[5] + page[4]
        y = page[1] * line[4] + page[3] * line[5] + page[5]
        height = size * hypot(line[2], line[3]) * hypot(page[2], page[3])
        if self.lines and y < self._y + height / 2 and abs(x - self._x) < height * 1.5:
            self.lines[-1] += word
        else:
            self.lines.append(word)
        self._x, self._y = x, y
