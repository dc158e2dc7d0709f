"""Parts of a document that its own program does not show: rising [start, end) of its text."""

import re
from collections.abc import Callable, Iterable, Sequence

_ON_A_LINE = re.compile(r"[^\n]")


def removed(text: str, hidden: Iterable[Sequence[int]]) -> str:
    """The text without them; the whole text where nothing else is in it."""
    return _replaced(text, hidden, lambda _part: "")


def blanked(text: str, hidden: Iterable[Sequence[int]]) -> str:
    """As `removed`, but with a blank for each of their characters, so that offsets stay the same."""
    return _replaced(text, hidden, lambda part: _ON_A_LINE.sub(" ", part))


def _replaced(text: str, hidden: Iterable[Sequence[int]], replacement: Callable[[str], str]) -> str:
    pieces: list[str] = []
    done = 0
    for start, end in hidden:
        pieces += text[done:start], replacement(text[start:end])
        done = end
    shown = "".join([*pieces, text[done:]])
    return shown if shown.strip() else text
