"""Tables for a spreadsheet program, which takes some texts for formulas and may run what they name."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from tasks_app.text.japanese.cleaning import readable

FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠")
"""A cell that begins with one of these is computed (OWASP, CSV Injection); Excel takes the wide forms as well."""

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as the encoding of its own language."""

Cell = str | int | float | None


def harmless(cell: Cell) -> Cell:
    """A text that could be taken for a formula gets an apostrophe before it; numbers stay numbers."""
    if not isinstance(cell, str):
        return cell
    text = readable(cell)
    dangerous = text.lstrip(" \u3000").startswith(FORMULA_SIGNS)
    return f"'{text}" if dangerous else text


def csv_lines(rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """The rows as a CSV file, line by line, to be encoded as UTF-8."""
    yield BYTE_ORDER_MARK
    for row in rows:
        line = StringIO()
        csv.writer(line).writerow([harmless(cell) for cell in row])
        yield line.getvalue()
