"""Files of comma-separated values (.csv), also with tabs or semicolons: each row a line."""

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.lines import ExtractedLine, joined, row
from tasks_app.text.extraction.common.omissions import OmissionKind, OmissionLog
from tasks_app.text.extraction.common.result import Extracted
from tasks_app.text.extraction.texts import plain_text

SEPARATORS = ",\t;|"
"""The first wins where several explain the file as well."""

SAMPLE_ROWS = 50

_DECLARED = re.compile('"?sep=([^"\n])"?\n', re.IGNORECASE)
"""How files name their separator for Excel: in a first line that is no row."""


def read(path: Path, limits: ExtractionLimits) -> Extracted:
    """Cells beyond `limits.cells` are left out, and counted in the figures.

    Raises Unreadable: not_text, too_many_characters.
    """
    found = plain_text.read(path, limits)
    csv.field_size_limit(len(found.text) + 1)
    declared = _DECLARED.match(found.text)
    text = found.text[declared.end() :] if declared else found.text
    taken = left_out = 0
    lines = []
    for cells in _rows(text, declared[1] if declared else separator(text)):
        held = sum(bool(cell.strip()) for cell in cells)
        if left_out or taken + held > limits.cells:
            left_out += held
            continue
        taken += held
        lines.append(ExtractedLine(row(cells), is_row=True))
    log = OmissionLog()
    log.add(OmissionKind.CELLS_LEFT_OUT, left_out)
    extracted = joined(lines, limits, log)
    figures = {"cells": taken, **({"cells_left_out": left_out} if left_out else {})}
    return replace(extracted, encoding=found.encoding, figures=figures)


def separator(text: str) -> str:
    """The one by which most rows of the beginning have the same number of cells, more than one."""
    return max(SEPARATORS, key=lambda mark: _agreement(text, mark))


def _agreement(text: str, mark: str) -> tuple[int, int]:
    """How many rows of the beginning share their width, and that width."""
    widths = [len(cells) for cells, _ in zip(_rows(text, mark), range(SAMPLE_ROWS), strict=False)]
    several = [width for width in widths if width > 1]
    if not several:
        return 0, 0
    width = max(set(several), key=lambda one: (several.count(one), one))
    return several.count(width), width


def _rows(text: str, mark: str) -> Iterator[list[str]]:
    return csv.reader(StringIO(text, newline=""), delimiter=mark)
