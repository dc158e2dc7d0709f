"""Excel files (.xlsx): each sheet a page under a heading of its name, each row a line of what its cells show.

Values are those Excel stored when the file was saved: no formula is computed, nothing a cell links to is fetched.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

from openpyxl import load_workbook
from openpyxl.packaging.relationship import get_dependents
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook

from tasks_app.text.extraction.common import archive
from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.lines import ExtractedLine, joined, row
from tasks_app.text.extraction.common.omissions import OmissionKind, OmissionLog
from tasks_app.text.extraction.common.result import Extracted, Unreadable

SHEETS = "xl/worksheets/"
RELATIONS = "xl/_rels/workbook.xml.rels"
PIECE_BYTES = 1024**2

_VALUE = re.compile(rb"<v[^>]*>[^<]+</v>|</is>")
_NOT_COMPUTED = re.compile(rb"<f[^>]*(?:/>|>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>")


def read(path: Path, limits: ExtractionLimits) -> Extracted:
    """Cells beyond `limits.cells` are left out, and counted in the figures.

    Raises Unreadable: what `archive.inspect` raises, not_as_named, damaged, too_many_pages, too_many_characters.
    """
    archive.inspect(path, limits, ".xlsx", "xl/")
    if _lacks_sheets(path):
        raise Unreadable("damaged")
    with path.open("rb") as file, catch_warnings():
        simplefilter("ignore")  # of what openpyxl leaves out, nothing is text
        book = _opened(file)
        sheets = _Sheets(book, limits.cells)
        extracted = joined(sheets.lines(), limits)
    values, not_computed = _census(path)
    left_out = {"cells_left_out": max(values - sheets.taken, 0) if sheets.full else 0, "not_computed": not_computed}
    extracted.figures.update({"cells": sheets.taken, **{name: count for name, count in left_out.items() if count}})
    log = OmissionLog()
    for name, count in left_out.items():
        log.add(OmissionKind(name), count)
    return replace(extracted, omissions=log.entries())


def _lacks_sheets(path: Path) -> bool:
    """Whether a sheet that the workbook lists is not there; openpyxl would leave it out without a word."""
    with zipfile.ZipFile(path) as file:
        names = set(file.namelist())
        if RELATIONS not in names:
            return False
        try:
            listed = get_dependents(file, RELATIONS)
        except (SyntaxError, TypeError, ValueError) as error:
            raise Unreadable("damaged") from error
        return any(one.Type.endswith("/worksheet") and one.target not in names for one in listed)


def _opened(file: Any) -> Workbook:
    try:
        return load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except (OSError, InvalidFileException) as error:  # a workbook of another kind under this name
        raise Unreadable("not_as_named", extension=".xlsx", found="Office") from error
    except (KeyError, SyntaxError, ValueError) as error:  # SyntaxError is what XML parsers raise
        raise Unreadable("damaged") from error


class _Sheets:
    """The lines of a workbook, until `most` cells are `taken`; `full` says whether that stopped it."""

    def __init__(self, book: Workbook, most: int) -> None:
        self._book = book
        self._left = self._most = most
        self.full = False

    @property
    def taken(self) -> int:
        return self._most - self._left

    def lines(self) -> Iterator[ExtractedLine]:
        for number, sheet in enumerate(self._book.worksheets, start=1):
            yield ExtractedLine(sheet.title, level=1, page=number)
            for cells in _used_columns(list(self._rows(sheet))):
                yield ExtractedLine(row(cells), is_row=True, page=number)

    def _rows(self, sheet: Any) -> Iterator[list[str]]:
        """Rows that hold anything. What the sheet says of its own size is not believed."""
        if self.full:
            return
        sheet.reset_dimensions()
        try:
            for values in sheet.iter_rows(values_only=True):
                cells = [shown(value) for value in values]
                held = sum(map(bool, cells))
                if held > self._left:
                    self.full = True
                    return
                self._left -= held
                if held:
                    yield cells
        except (KeyError, IndexError, SyntaxError, ValueError) as error:
            raise Unreadable("damaged") from error


def _used_columns(rows: Sequence[list[str]]) -> Iterator[list[str]]:
    """Without the columns that are empty throughout: forms are often drawn on a grid of many narrow ones."""
    used = sorted({place for cells in rows for place, cell in enumerate(cells) if cell})
    for cells in rows:
        yield [cells[place] for place in used if place < len(cells)]


def shown(value: Any) -> str:
    """A cell's value as text: dates as in ISO 8601, whole numbers without a point."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "minutes" if not value.second else "seconds")
        case date() | time():
            return value.isoformat()
        case _:
            return str(value).strip()


def _census(path: Path) -> tuple[int, int]:
    """How many cells of all sheets hold a value, and how many a formula whose value was never computed."""
    values = not_computed = 0
    with zipfile.ZipFile(path) as file:
        for name in file.namelist():
            if not name.startswith(SHEETS):
                continue
            with file.open(name) as sheet:
                rest = b""
                while piece := sheet.read(PIECE_BYTES):
                    whole, end, rest = (rest + piece).rpartition(b"</c>")
                    values += len(_VALUE.findall(whole))
                    not_computed += len(_NOT_COMPUTED.findall(whole + end))
    return values, not_computed
