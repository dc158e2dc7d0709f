"""Where Japanese sentences end."""

import re
from collections.abc import Iterator

MAX_QUOTE_LENGTH = 300
"""A bracket that stays open for more characters than this was never meant to be closed."""

STOPS = "。．！？!?｡"
"""Each ends a sentence."""

CLOSERS = "」』）)】〕”’"
"""They may follow the mark that ends a sentence, and belong to it."""

FULL_STOP = r"(?<=[^\W\d]{2})\."
"""A pattern for the point after a word of letters, which the point of 44.6 or of "1." is not."""

_MARK = re.compile(
    rf"(?P<open>[「『（(【〔])|(?P<close>[」』）)】〕])|(?P<line>\n)|(?P<stop>[{STOPS}]+|{FULL_STOP}(?=\s|$))"
)
_TRAILING = re.compile(rf"(?:[（(〔][^）)〕\n]{{1,40}}[）)〕])?[{CLOSERS}\"'{STOPS}]*[ \t　]*\n?")


def spans(text: str) -> Iterator[tuple[int, int]]:
    """[start, end) of each sentence with the space after it; together they cover `text` exactly.

    A sentence ends at 。 and its like unless inside brackets, and at every line end. A remark in brackets
    after the mark, such as （拍手）, belongs to it.
    """
    start = position = depth = opened = 0
    while mark := _MARK.search(text, position):
        position = mark.end()
        if mark["open"]:
            depth += 1
            opened = mark.start() if depth == 1 else opened
            continue
        if mark["close"]:
            depth = max(0, depth - 1)
            continue
        if mark["stop"]:
            if depth and mark.start() - opened <= MAX_QUOTE_LENGTH:
                continue
            position = _end(text, position)
        yield start, position
        start, depth = position, 0
    if start < len(text):
        yield start, len(text)


def sentences(text: str) -> list[str]:
    """The sentences of `text` without the space around them; blank ones left out."""
    found = (text[start:end].strip() for start, end in spans(text))
    return [sentence for sentence in found if sentence]


def _end(text: str, position: int) -> int:
    trailing = _TRAILING.match(text, position)
    return trailing.end() if trailing else position
