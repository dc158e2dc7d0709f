"""Tables for a spreadsheet program, which takes some texts for formulas and may run what they name."""

import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO

from tasks_app.text.japanese.cleaning import readable

FORMULA_SIGNS = r"[=+\-@＝＋－＠]"
"""A cell that begins with one of these is computed (OWASP, CSV Injection); Excel takes the wide forms as well."""

CELL_ENDS = r"[;\t\r\n]"
"""Where a program ends a cell that reads the file by the rules of another country, or that ignores quotes."""

BLANK = r"(?:[^\S\t\r\n]|[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff])"
"""What programs skip before they look for a formula: blanks of every width, and marks without any."""

_CELL_START = re.compile(rf"(?:\A|(?<={CELL_ENDS}))(?={BLANK}*{FORMULA_SIGNS})|\A(?={BLANK}*{CELL_ENDS})")

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as the encoding of its own language."""

Cell = str | int | float | None


def harmless(cell: Cell) -> Cell:
    """What could be taken for a formula in a text gets an apostrophe before it; numbers stay numbers."""
    if not isinstance(cell, str):
        return cell
    return _CELL_START.sub("'", readable(cell))


def csv_lines(rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """The rows as a CSV file, line by line, to be encoded as UTF-8."""
    yield BYTE_ORDER_MARK
    for row in rows:
        line = StringIO()
        csv.writer(line).writerow([harmless(cell) for cell in row])
        yield line.getvalue()
