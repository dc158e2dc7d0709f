"""Excel files (.xlsx): each sheet a page under a heading of its name, each row a line of what its cells show.

Values are those Excel stored when the file was saved: no formula is computed, nothing a cell links to is fetched.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.lines import HIDDEN, ExtractedLine, joined, row
from tasks_app.text.extraction.common.omissions import OmissionKind, OmissionLog
from tasks_app.text.extraction.common.result import Extracted, Unreadable
from tasks_app.text.extraction.office.office_package import OfficePackage, opened, qn
from tasks_app.text.extraction.office.spreadsheets.sheet_cells import CellReader, SheetRow, sheet_rows
from tasks_app.text.extraction.office.spreadsheets.sheet_drawings import comments, drawings

COMMENT = "［コメント / Comment］"


def read(path: Path, limits: ExtractionLimits) -> Extracted:
    """Cells beyond `limits.cells` are left out, and counted.

    Raises Unreadable: what `archive.inspect` raises, not_as_named, damaged, too_many_pages, too_many_characters.
    """
    log = OmissionLog()
    with opened(path, limits, ".xlsx") as package:
        book = _Workbook(package, limits.cells, log)
        extracted = joined(book.lines(), limits, log)
    left_out = {"cells_left_out": book.left_out, "not_computed": book.not_computed}
    figures = {"cells": book.taken, **{name: count for name, count in left_out.items() if count}}
    return replace(extracted, figures=figures)


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    number: int
    name: str
    part: str
    is_hidden: bool


@dataclass
class _Content:
    """The rows of a sheet that are kept, and the numbers of its hidden columns (from 0)."""

    rows: list[SheetRow] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)


class _Workbook:
    """The lines of a workbook, until `most` cells are `taken`; those after that are `left_out`."""

    def __init__(self, package: OfficePackage, most: int, log: OmissionLog) -> None:
        self._package = package
        self._most = most
        self._log = log
        self._root = package.root(package.main)
        self._cells = CellReader(package, from_1904=_counts_from_1904(self._root))
        self.taken = self.left_out = self.not_computed = 0

    def lines(self) -> Iterator[ExtractedLine]:
        for sheet in self._sheets():
            heading = f"{HIDDEN} {sheet.name}" if sheet.is_hidden else sheet.name
            self._log.add(OmissionKind.HIDDEN_SHEETS, int(sheet.is_hidden), sheet=sheet.name)
            yield ExtractedLine(heading, level=1, page=sheet.number, hidden=sheet.is_hidden)
            for line in self._sheet_lines(sheet):
                yield replace(line, page=sheet.number, hidden=sheet.is_hidden or line.hidden)
        self._log.add(OmissionKind.CELLS_LEFT_OUT, self.left_out)
        self._log.add(OmissionKind.NOT_COMPUTED, self.not_computed)

    def _sheets(self) -> Iterator[_Sheet]:
        for number, element in enumerate(self._root.iterfind(f"{qn('s:sheets')}/{qn('s:sheet')}"), start=1):
            part = self._package.target(self._package.main, element.get(qn("r:id")))
            if not part:
                raise Unreadable("damaged")
            is_hidden = element.get("state", "visible") != "visible"
            yield _Sheet(number=number, name=element.get("name", ""), part=part, is_hidden=is_hidden)

    def _sheet_lines(self, sheet: _Sheet) -> Iterator[ExtractedLine]:
        content = self._content(sheet.part)
        said = {} if self.left_out else comments(self._package, sheet.part)
        if not sheet.is_hidden:
            self._log_hidden(sheet, content)
        used = _used(content)
        shown = [column for column in used if column not in content.hidden_columns]
        unseen = [column for column in used if column in content.hidden_columns]
        for held in _with_comments(content.rows, said):
            yield from _row_lines(held, shown, unseen)
            for cell, text in said.get(held.number, ()):
                yield ExtractedLine(f"{COMMENT} {cell} {text}", is_row=True, hidden=held.is_hidden)
        yield from drawings(self._package, sheet.part, sheet.name, self._log)

    def _content(self, part: str) -> _Content:
        """What the sheet says of its own size is not believed."""
        content = _Content()
        for held in sheet_rows(self._package, part, self._cells, content.hidden_columns):
            self.not_computed += held.not_computed
            if self.left_out or self.taken + len(held.cells) > self._most:
                self.left_out += len(held.cells)
            elif held.cells:
                self.taken += len(held.cells)
                content.rows.append(held)
        return content

    def _log_hidden(self, sheet: _Sheet, content: _Content) -> None:
        self._log.add(OmissionKind.HIDDEN_ROWS, sum(one.is_hidden for one in content.rows), sheet=sheet.name)
        used = {column for one in content.rows for column in one.cells}
        self._log.add(OmissionKind.HIDDEN_COLUMNS, len(used & content.hidden_columns), sheet=sheet.name)


def _counts_from_1904(root: Any) -> bool:
    found = root.find(qn("s:workbookPr"))
    return found is not None and found.get("date1904", "0") in ("1", "true")


def _with_comments(rows: Sequence[SheetRow], said: dict[int, Any]) -> list[SheetRow]:
    """Rows in their order, also those that hold nothing but a comment."""
    known = {one.number for one in rows}
    bare = [SheetRow(number=number) for number in said if number not in known]
    return sorted([*rows, *bare], key=lambda one: one.number)


def _used(content: _Content) -> list[int]:
    """The columns that hold anything: forms are often drawn on a grid of many narrow ones."""
    return sorted({column for one in content.rows for column in one.cells})


def _row_lines(held: SheetRow, shown: Sequence[int], unseen: Sequence[int]) -> Iterator[ExtractedLine]:
    """The row as people see it, then what it has in hidden columns."""
    if held.is_hidden:
        yield _hidden_line(held, sorted([*shown, *unseen]))
        return
    yield ExtractedLine(row(held.cells.get(column, "") for column in shown), is_row=True)
    yield _hidden_line(held, unseen)


def _hidden_line(held: SheetRow, columns: Sequence[int]) -> ExtractedLine:
    text = row(held.cells.get(column, "") for column in columns)
    return ExtractedLine(f"{HIDDEN} {text}" if text else "", is_row=True, hidden=True)
