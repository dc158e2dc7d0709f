"""The attempts of a job drawn side by side: how long each waited and ran, and with which stages; numbers for an SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tasks_app.admin.common.display import duration
from tasks_app.models import Attempt, StageResult
from tasks_app.models.engine.attempt import Outcome

WIDTH = 760
"""Of the whole drawing, in its own units, which the page scales."""

LABEL_WIDTH = 48
FIGURES_WIDTH = 190
ROW_HEIGHT = 34
BAR_HEIGHT = 18
MIN_WIDTH = 1.0
"""Width of what was over too soon to be seen."""

SHADES = 2
"""Stages that follow each other differ in shade."""

ATTEMPTS_DRAWN = 12


@dataclass(frozen=True, kw_only=True)
class Block:
    """A stretch of time within one attempt: `style` is a CSS class, `text` says the same in words."""

    x: float
    width: float
    style: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Row:
    attempt: Any
    blocks: Sequence[Block]
    y: int

    @property
    def text_y(self) -> int:
        return self.y + BAR_HEIGHT - 4

    @property
    def figures_x(self) -> float:
        return max((block.x + block.width for block in self.blocks), default=LABEL_WIDTH) + 8


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """Of the newest attempts, oldest first; `left_out` earlier ones are in the table alone."""

    rows: Sequence[Row]
    left_out: int

    width = WIDTH
    bar_height = BAR_HEIGHT

    @property
    def height(self) -> int:
        return ROW_HEIGHT * len(self.rows)


def timeline(attempts: Sequence[Attempt], results: Sequence[StageResult], labels: dict[str, str]) -> Timeline:
    """`attempts` newest first, with `queue_wait` and `run_time`; `results` are those that they saved, by their ids."""
    drawn: list[Any] = list(reversed(attempts[:ATTEMPTS_DRAWN]))
    longest = max((_seconds(one.queue_wait) + _seconds(one.run_time) for one in drawn), default=0.0) or 1.0
    scale = (WIDTH - LABEL_WIDTH - FIGURES_WIDTH) / longest
    saved: dict[int, list[StageResult]] = {}
    for result in results:
        saved.setdefault(result.attempt_id, []).append(result)
    return Timeline(
        rows=[
            Row(
                attempt=one,
                blocks=_blocks(one, saved.get(one.pk, []), labels, scale),
                y=ROW_HEIGHT * number + (ROW_HEIGHT - BAR_HEIGHT) // 2,
            )
            for number, one in enumerate(drawn)
        ],
        left_out=len(attempts) - len(drawn),
    )


def _blocks(attempt: Any, results: Sequence[StageResult], labels: dict[str, str], scale: float) -> list[Block]:
    """The wait, each stage that was saved, and the time after the last of them unless nothing was left to save."""
    waited, ran = _seconds(attempt.queue_wait), _seconds(attempt.run_time)
    blocks = [_block(LABEL_WIDTH, waited, "span-wait", duration(waited), scale)]
    spent = 0.0
    for number, result in enumerate(sorted(results, key=lambda one: one.pk)):
        seconds = min(result.seconds, max(0.0, ran - spent))
        text = f"{labels.get(result.stage, result.stage)}: {duration(result.seconds)}"
        blocks.append(_block(_end(blocks), seconds, f"span-stage-{number % SHADES}", text, scale))
        spent += seconds
    if attempt.outcome == Outcome.SUCCEEDED:
        return blocks
    rest = max(0.0, ran - spent)
    style = "span-running" if attempt.ended_at is None else "span-rest"
    blocks.append(_block(_end(blocks), rest, style, duration(rest), scale))
    return blocks


def _block(x: float, seconds: float, style: str, text: str, scale: float) -> Block:
    width = max(MIN_WIDTH, round(seconds * scale, 1)) if seconds else 0.0
    return Block(x=round(x, 1), width=width, style=style, text=text)


def _end(blocks: Sequence[Block]) -> float:
    return blocks[-1].x + blocks[-1].width


def _seconds(span: timedelta | None) -> float:
    return max(0.0, span.total_seconds()) if span is not None else 0.0
