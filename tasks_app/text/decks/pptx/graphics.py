"""Tables and charts into placeholders: native ones, which PowerPoint can edit."""

from collections.abc import Sequence
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.shapes.placeholder import ChartPlaceholder, TablePlaceholder
from pptx.util import Emu, Pt

from tasks_app.text.decks.deck import Chart, ChartKind, Table
from tasks_app.text.decks.pptx import measure
from tasks_app.text.decks.pptx.boxes import LINE_HEIGHT
from tasks_app.text.decks.pptx.typesetting import dress, write
from tasks_app.text.documents.exporting import harmless

CELL_SIZES = (16.0, 14.0, 12.0, 11.0)
CELL_MARGIN_X, CELL_MARGIN_Y = 14.4, 7.2
"""Both sides of a cell together, as PowerPoint sets them."""

MAX_CELL_LINES = 4
CHART_SIZE = 14.0
LABEL_CHARACTERS = 24

_ChartData: Any = CategoryChartData

KINDS = {
    ChartKind.COLUMN: XL_CHART_TYPE.COLUMN_CLUSTERED,
    ChartKind.BAR: XL_CHART_TYPE.BAR_CLUSTERED,
    ChartKind.LINE: XL_CHART_TYPE.LINE_MARKERS,
    ChartKind.PIE: XL_CHART_TYPE.PIE,
}


class TablePlan:
    """How a table fits a box: the size of its text, widths of columns, heights of rows, and rows for each page."""

    def __init__(self, table: Table, width: float, height: float) -> None:
        self.table = table
        self.columns = _column_widths(table, width)
        for self.size in CELL_SIZES:
            self.rows = [self._row_height(row) for row in (table.header, *table.rows)]
            if sum(self.rows) <= height:
                break
        self.pages = self._pages(height)

    def cell(self, text: str, column: int) -> str:
        return measure.cut(text, self.size, self._room(column), MAX_CELL_LINES)

    @property
    def cut(self) -> list[str]:
        """Cells that are shown shortened."""
        rows = (self.table.header, *self.table.rows)
        return [text for row in rows for column, text in enumerate(row) if self.cell(text, column) != text]

    def _pages(self, height: float) -> list[list[int]]:
        """Row numbers, from 1 after the header, which every page repeats."""
        pages: list[list[int]] = [[]]
        used = self.rows[0]
        for number, needed in enumerate(self.rows[1:], start=1):
            if pages[-1] and used + needed > height:
                pages.append([])
                used = self.rows[0]
            pages[-1].append(number)
            used += needed
        return pages

    def _row_height(self, row: Sequence[str]) -> float:
        rows = [
            min(MAX_CELL_LINES, measure.lines(text, self.size, self._room(column))) for column, text in enumerate(row)
        ]
        return max(rows) * self.size * LINE_HEIGHT + CELL_MARGIN_Y

    def _room(self, column: int) -> float:
        return max(self.columns[column] - CELL_MARGIN_X, self.size)


def _column_widths(table: Table, width: float) -> list[float]:
    """Each at least a share, the rest by the longest text."""
    longest = [
        max(measure.width(row[column], 1.0) for row in (table.header, *table.rows)) + 1.0
        for column in range(len(table.header))
    ]
    least = width / len(longest) * 0.5
    rest = width - least * len(longest)
    return [least + rest * one / sum(longest) for one in longest]


def insert_table(placeholder: Any, plan: TablePlan, page: Sequence[int], east_asian: str) -> None:
    own: Any = TablePlaceholder(placeholder._element, placeholder._parent)
    grid = own.insert_table(len(page) + 1, len(plan.columns)).table
    for column, width in zip(grid.columns, plan.columns, strict=True):
        column.width = Emu(int(width * 12_700))
    rows = [plan.table.header, *plan.table.rows]
    for place, number in enumerate((0, *page)):
        grid.rows[place].height = Emu(int(plan.rows[number] * 12_700))
        for column, text in enumerate(rows[number]):
            paragraph = grid.cell(place, column).text_frame.paragraphs[0]
            write(paragraph, plan.cell(text, column), east_asian, plan.size, bold=place == 0)


def insert_chart(placeholder: Any, chart: Chart, east_asian: str) -> None:
    data = _ChartData()
    data.categories = [str(harmless(_label(name))) for name in chart.categories]
    for one in chart.series:
        data.add_series(str(harmless(_label(one.name))), one.values)
    own: Any = ChartPlaceholder(placeholder._element, placeholder._parent)
    drawn = own.insert_chart(KINDS[chart.kind], data).chart
    drawn.has_title = bool(chart.unit)
    if chart.unit:
        write(drawn.chart_title.text_frame.paragraphs[0], chart.unit, east_asian, CHART_SIZE)
    several = len(chart.series) > 1 or chart.kind is ChartKind.PIE
    drawn.has_legend = several
    if several:
        drawn.legend.position = XL_LEGEND_POSITION.BOTTOM
        drawn.legend.include_in_layout = False
    plot = drawn.plots[0]
    plot.has_data_labels = True
    plot.data_labels.show_value = True
    drawn.font.size = Pt(CHART_SIZE)
    dress(drawn.font._element, "".join(chart.categories), east_asian)


def _label(text: str) -> str:
    return text if len(text) <= LABEL_CHARACTERS else f"{text[: LABEL_CHARACTERS - 1]}…"
