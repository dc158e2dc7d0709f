"""Bars for the last day of each kind, as numbers for an SVG that a template draws."""

from collections.abc import Sequence
from dataclasses import dataclass

from tasks_app.admin.operations.dashboard.dashboard import KindLine

WIDTH = 600
"""Of the whole drawing, in its own units, which the page scales."""

LABEL_WIDTH = 150
FIGURES_WIDTH = 170
ROW_HEIGHT = 30
BAR_HEIGHT = 16
MIN_WIDTH = 2
"""Width of a bar for very few among many, which would else not be seen."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One kind's row: where it stands, and how long its two parts are, one after the other."""

    line: KindLine
    y: int
    succeeded: int
    failed: int

    @property
    def text_y(self) -> int:
        return self.y + BAR_HEIGHT - 3

    @property
    def failed_x(self) -> int:
        return LABEL_WIDTH + self.succeeded

    @property
    def figures_x(self) -> int:
        return LABEL_WIDTH + self.succeeded + self.failed + 8


@dataclass(frozen=True, kw_only=True)
class BarChart:
    bars: Sequence[Bar]

    width = WIDTH
    label_width = LABEL_WIDTH
    bar_height = BAR_HEIGHT

    @property
    def height(self) -> int:
        return ROW_HEIGHT * len(self.bars)


def chart(lines: Sequence[KindLine]) -> BarChart:
    """One row for each line, all on the scale of the longest."""
    longest = max((line.finished for line in lines), default=0) or 1
    room = WIDTH - LABEL_WIDTH - FIGURES_WIDTH
    return BarChart(
        bars=[
            Bar(
                line=line,
                y=ROW_HEIGHT * row + (ROW_HEIGHT - BAR_HEIGHT) // 2,
                succeeded=_length(line.succeeded, longest, room),
                failed=_length(line.failed, longest, room),
            )
            for row, line in enumerate(lines)
        ]
    )


def _length(jobs: int, longest: int, room: int) -> int:
    return max(MIN_WIDTH, room * jobs // longest) if jobs else 0
