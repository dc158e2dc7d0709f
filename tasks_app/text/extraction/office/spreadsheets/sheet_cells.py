"""The cells of an Excel sheet as people see them, row by row (ECMA-376-1, 18.3)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import IO, Any

from lxml import etree

from tasks_app.text.extraction.common import damage
from tasks_app.text.extraction.common.result import Unreadable
from tasks_app.text.extraction.office.office_package import OfficePackage, qn, transitional
from tasks_app.text.extraction.office.spreadsheets.number_format import BUILT_IN, NumberFormat

MAX_COLUMNS = 16_384
HEAD_BYTES = 4096
"""A part names the addresses that it uses in these."""

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_ROW, _CELL, _COLUMN = qn("s:row"), qn("s:c"), qn("s:col")
_TEXT, _RUN = qn("s:t"), qn("s:r")
_OFF = (None, "0", "false")


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """`cells` are those that show something, by column from 0; `not_computed` counts formulas without a value."""

    number: int
    cells: dict[int, str] = field(default_factory=dict)
    is_hidden: bool = False
    not_computed: int = 0


class CellReader:
    """Knows the texts and formats that all sheets of a workbook share."""

    def __init__(self, package: OfficePackage, *, from_1904: bool) -> None:
        self._from_1904 = from_1904
        self._texts = list(_shared_texts(package))
        self._formats = _formats(package)

    def shown(self, cell: Any) -> str:
        """What a cell shows; empty if nothing."""
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            held = cell.find(qn("s:is"))
            return self._format(cell).shown_text("" if held is None else _rich_text(held)).strip()
        value = cell.findtext(qn("s:v")) or ""
        if not value:
            return ""
        match kind:
            case "s":
                return self._format(cell).shown_text(self._shared(value)).strip()
            case "str":
                return self._format(cell).shown_text(value).strip()
            case "b":
                return "TRUE" if value.strip() in ("1", "true") else "FALSE"
            case "n" | "d":
                return self._number(cell, value.strip(), kind).strip()
            case _:
                return value.strip()

    def _number(self, cell: Any, value: str, kind: str) -> str:
        try:
            number = _days(value) if kind == "d" else float(value)
            return self._format(cell).shown(number, from_1904=self._from_1904 and kind == "n")
        except (ValueError, OverflowError):
            return value

    def _shared(self, value: str) -> str:
        try:
            return self._texts[int(value)]
        except (ValueError, IndexError) as error:
            raise Unreadable("damaged") from error

    def _format(self, cell: Any) -> NumberFormat:
        style = cell.get("s", "0")
        at = int(style) if style.isdecimal() and len(style) < 9 else 0
        return NumberFormat.of(self._formats[at] if at < len(self._formats) else "General")


def sheet_rows(package: OfficePackage, part: str, reader: CellReader, hidden_columns: set[int]) -> Iterator[SheetRow]:
    """Rows that hold anything; `hidden_columns` is filled on the way. Raises Unreadable: damaged; MemoryError."""
    before = 0
    for element in _elements(package, part, _ROW, _COLUMN):
        if element.tag == _COLUMN:
            hidden_columns.update(_hidden_columns(element))
            continue
        number = element.get("r", "")
        before = int(number) if number.isdecimal() and len(number) < 9 else before + 1
        is_hidden = element.get("hidden") not in _OFF or element.get("ht") == "0"
        found = _row(element, reader, before, is_hidden=is_hidden)
        if found.cells or found.not_computed:
            yield found


def position(reference: str) -> tuple[int, int] | None:
    """(row from 1, column from 0) of a reference such as "B7"."""
    found = _REFERENCE.match(reference)
    if found is None:
        return None
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column - 1


def _row(element: Any, reader: CellReader, number: int, *, is_hidden: bool) -> SheetRow:
    cells: dict[int, str] = {}
    not_computed = 0
    column = -1
    for cell in element.iterchildren(_CELL):
        at = position(cell.get("r", ""))
        column = at[1] if at else column + 1
        text = reader.shown(cell)
        if text and column < MAX_COLUMNS:
            cells[column] = text
        elif cell.find(qn("s:f")) is not None and cell.get("t") != "str":
            not_computed += 1
    return SheetRow(number=number, cells=cells, is_hidden=is_hidden, not_computed=not_computed)


def _hidden_columns(element: Any) -> range:
    if element.get("hidden") in _OFF and element.get("width") != "0":
        return range(0)
    try:
        first, last = int(element.get("min", "1")), int(element.get("max", "0"))
    except ValueError:
        return range(0)
    return range(max(first - 1, 0), min(last, MAX_COLUMNS))


def _elements(package: OfficePackage, part: str, *tags: str) -> Iterator[Any]:
    """Elements of a part as they end, each forgotten when the next one is asked for."""
    try:
        with package.opened(part) as file:
            source: IO[bytes] = file
            if b"purl.oclc.org" in file.read(HEAD_BYTES):
                source = BytesIO(transitional(package.data(part)))
            file.seek(0)
            for _event, element in etree.iterparse(source, tag=tags, resolve_entities=False, no_network=True):
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise damage.meaning(error) from error


def _shared_texts(package: OfficePackage) -> Iterator[str]:
    for part in package.related(package.main, "sharedStrings")[:1]:
        for element in _elements(package, part, qn("s:si")):
            yield _rich_text(element)


def _rich_text(element: Any) -> str:
    """Without the readings that Excel keeps beside the characters."""
    pieces = []
    for child in element:
        if child.tag == _TEXT:
            pieces.append(child.text or "")
        elif child.tag == _RUN:
            pieces.append(child.findtext(_TEXT) or "")
    return "".join(pieces)


def _formats(package: OfficePackage) -> list[str]:
    """The format code of each style of cells."""
    found = package.related(package.main, "styles")
    if not found:
        return []
    root = package.root(found[0])
    own = {one.get("numFmtId"): one.get("formatCode", "") for one in root.iter(qn("s:numFmt"))}
    styles = root.find(qn("s:cellXfs"))
    numbers = [] if styles is None else [one.get("numFmtId", "0") for one in styles.iterchildren(qn("s:xf"))]
    return [own.get(one) or BUILT_IN.get(int(one) if one.isdecimal() else 0, "General") for one in numbers]


def _days(value: str) -> float:
    """A date as Strict files write it, in days since the beginning of 1900."""
    moment = datetime.fromisoformat(value.replace("Z", "")) - datetime(1899, 12, 30)
    return moment.total_seconds() / 86_400
