"""Markdown files: the text stays as written, its headings are found."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.result import Extracted
from tasks_app.text.extraction.texts import plain_text

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t　]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_SETEXT = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_PROSE = re.compile(r" {0,3}(?![-*+>|#] |\d+[.)] |\|)\S")


def read(path: Path, limits: ExtractionLimits) -> Extracted:
    extracted = plain_text.read(path, limits)
    return replace(extracted, headings=list(headings(extracted.text)), title="")


def headings(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, level, title) of every heading outside code blocks."""
    fence = ""
    before, before_start = "", 0
    start = 0
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            before = ""
        elif mark:
            fence, before = mark[1], ""
        elif atx := _ATX.match(line):
            if atx[2]:
                yield start, len(atx[1]), atx[2].strip()
            before = ""
        elif before and (underline := _SETEXT.match(line)):
            yield before_start, 1 if underline[1][0] == "=" else 2, before
            before = ""
        else:
            before, before_start = (line.strip() if _PROSE.match(line) else ""), start
        start += len(line) + 1
