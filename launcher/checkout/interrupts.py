"""What Ctrl-C and a request to end do, and where they have to wait."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, `kill` and a closed terminal: all mean the same here, an orderly end."""

Handler = Callable[[int, FrameType | None], None]


def leave(number: int, frame: FrameType | None) -> None:
    """Leave through every `finally`, so that whatever was started is stopped."""
    raise SystemExit(128 + number)


@contextmanager
def handled_by(handler: Handler) -> Iterator[None]:
    """Call `handler` for each of them inside the block."""
    before = {number: signal.signal(number, handler) for number in ENDING}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


@contextmanager
def ignored() -> Iterator[None]:
    """Inside the block the orderly end already happens: an impatient second Ctrl-C must not cut it short."""
    with handled_by(lambda number, frame: None):
        yield
