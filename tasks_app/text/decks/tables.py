"""Rows of text as a table, and a table of numbers as a chart."""

import re
import unicodedata
from collections.abc import Sequence

from tasks_app.text.decks.deck import MAX_COLUMNS, Chart, Series, Table

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_UNIT = re.compile(r"[（(]([^（()）]{1,8})[)）]\s*$")


def table_of(rows: Sequence[str]) -> Table | None:
    """From lines "a | b | c", the first of them the header; None where they are no table."""
    cells = [[cell.strip() for cell in row.strip("| ").split("|")][:MAX_COLUMNS] for row in rows]
    if len(cells) < 2 or len(cells[0]) < 2:
        return None
    return Table(header=cells[0], rows=cells[1:]).even()


def chart_of(table: Table | None) -> Chart | None:
    """A table whose every column but the first holds numbers alone, as a chart; None for any other."""
    if table is None or len(table.rows) < 2:
        return None
    series = []
    for column, name in enumerate(table.header[1:], start=1):
        values = [_number(row[column]) for row in table.rows]
        numbers = [value for value in values if value is not None]
        if len(numbers) < len(values):
            return None
        series.append(Series(name=name, values=numbers))
    units = {found[1] for one in series if (found := _UNIT.search(one.name))}
    return Chart(unit=units.pop() if len(units) == 1 else "", categories=[row[0] for row in table.rows], series=series)


def _number(cell: str) -> float | None:
    bare = unicodedata.normalize("NFKC", cell).replace(",", "").strip()
    return float(bare) if _NUMBER.fullmatch(bare) else None
