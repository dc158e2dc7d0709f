"""A passage cut where what is to be marked in it begins and ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, kw_only=True)
class Mark:
    """[start, end) of the whole text; `id` distinguishes marks."""

    id: int
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class MarkedSegment:
    """`mark` is the shortest one that covers it, as it says the most; None where there is none.

    `begins`: the marks whose first visible piece this is, so that each can be linked to once.
    """

    text: str
    mark: int | None = None
    begins: tuple[int, ...] = ()


def segments(text: str, start: int, end: int, marks: Sequence[Mark]) -> list[MarkedSegment]:
    """`text[start:end]` in order; together the segments are exactly that."""
    inside = [mark for mark in marks if mark.start < end and mark.end > start]
    cuts = sorted({start, end, *(max(start, mark.start) for mark in inside), *(min(end, mark.end) for mark in inside)})
    found = []
    for first, last in pairwise(cuts):
        covering = [mark for mark in inside if mark.start <= first and last <= mark.end]
        shortest = min(covering, key=lambda mark: (mark.end - mark.start, mark.id), default=None)
        found.append(
            MarkedSegment(
                text=text[first:last],
                mark=shortest.id if shortest else None,
                begins=tuple(mark.id for mark in covering if max(mark.start, start) == first),
            )
        )
    return found
