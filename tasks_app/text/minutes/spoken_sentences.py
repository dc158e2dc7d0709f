"""The sentences of minutes, each with its place and the turn it is said in."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tasks_app.text.documents import chunking
from tasks_app.text.documents.formatting import formatted
from tasks_app.text.japanese.sentences import sentences
from tasks_app.text.minutes.quote_finder import Quotable
from tasks_app.text.minutes.turns import Turn

WINDOW = 20_000
"""Characters looked at together; sentences do not continue beyond them."""

Span = tuple[int, int]


@dataclass(frozen=True)
class SpokenSentence:
    """`turn` is the number of the turn it is in, -1 before the first; `opens` and `ends` its line."""

    order: int
    text: str
    span: Span
    turn: int
    opens: bool
    ends: bool


def spoken_sentences(text: str, turns: Sequence[Turn]) -> Iterator[SpokenSentence]:
    """Lines that a file wrapped are joined first; the spans are those in `text` all the same."""
    order = 0
    borders = [(0, turns[0].start if turns else len(text), -1)]
    borders += [(turn.speech, turn.end, number) for number, turn in enumerate(turns)]
    for begin, finish, number in borders:
        for start, end in chunking.cut(text[begin:finish], WINDOW):
            window = text[begin + start : begin + end]
            quotable = Quotable(window, begin + start)
            cursor = begin + start
            for line in formatted(window).split("\n"):
                pieces = sentences(line)
                for place, piece in enumerate(pieces):
                    if span := quotable.find(piece, cursor):
                        yield SpokenSentence(order, piece, span, number, place == 0, place == len(pieces) - 1)
                        order += 1
                        cursor = span[1]


def of_turn(found: Sequence[SpokenSentence], turn: int) -> Sequence[SpokenSentence]:
    first = bisect_right(found, turn - 1, key=lambda one: one.turn)
    return found[first : bisect_right(found, turn, key=lambda one: one.turn)]
