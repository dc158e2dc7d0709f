"""How one text differs from another, sentence by sentence."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from enum import StrEnum

from tasks_app.text.japanese.sentences import spans

SMALL = 200
"""Sentences on each side that are compared in every way. That takes up to the cube of their number."""


class Change(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


def difference(old: str, new: str) -> list[tuple[Change, str]]:
    """Pieces in reading order: those that are not ADDED make up `old`, those that are not REMOVED make up `new`.

    Patience diff (Bram Cohen): sentences that both texts hold once are matched first, and what lies between two of
    them is compared by itself. Of a long stretch without any, all is taken for changed, so that no text takes long.
    """
    return list(_joined(_pieces(_sentences(old), _sentences(new))))


def _joined(pieces: Iterator[tuple[Change, str]]) -> Iterator[tuple[Change, str]]:
    """With neighbours of the same kind in one; of what was exchanged, the removed first."""
    same: list[str] = []
    removed: list[str] = []
    added: list[str] = []
    for change, text in pieces:
        if not text:
            continue
        if change == Change.SAME and (removed or added):
            yield from _exchanged(removed, added)
            removed, added = [], []
        if change != Change.SAME and same:
            yield Change.SAME, "".join(same)
            same = []
        {Change.SAME: same, Change.REMOVED: removed, Change.ADDED: added}[change].append(text)
    if same:
        yield Change.SAME, "".join(same)
    yield from _exchanged(removed, added)


def _exchanged(removed: list[str], added: list[str]) -> Iterator[tuple[Change, str]]:
    if removed:
        yield Change.REMOVED, "".join(removed)
    if added:
        yield Change.ADDED, "".join(added)


def _pieces(old: list[str], new: list[str]) -> Iterator[tuple[Change, str]]:
    """A sentence each, or a stretch of them."""
    done_old = done_new = 0
    for at_old, at_new in [*_anchors(old, new), (len(old), len(new))]:
        yield from _compared(old[done_old:at_old], new[done_new:at_new])
        if at_old < len(old):
            yield Change.SAME, old[at_old]
        done_old, done_new = at_old + 1, at_new + 1


def _anchors(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Places of sentences that both hold once, as many as come in the same order."""
    once_old = {text for text, times in Counter(old).items() if times == 1}
    once_new = {text for text, times in Counter(new).items() if times == 1}
    places = {text: place for place, text in enumerate(new) if text in once_new}
    pairs = [(place, places[text]) for place, text in enumerate(old) if text in once_old and text in places]
    return _longest_rising(pairs)


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of the pairs whose second numbers rise (patience sorting), in n log n."""
    tops: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for index, (_first, second) in enumerate(pairs):
        pile = bisect_left(tops, second)
        before.append(piles[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [second]
        piles[pile : pile + 1] = [index]
    found: list[tuple[int, int]] = []
    index = piles[-1] if piles else -1
    while index >= 0:
        found.append(pairs[index])
        index = before[index]
    return found[::-1]


def _compared(old: list[str], new: list[str]) -> Iterator[tuple[Change, str]]:
    """Without sentences that both hold once, what they begin and end with alike is all that is looked for in many."""
    if len(old) <= SMALL and len(new) <= SMALL:
        yield from _compared_in_every_way(old, new)
        return
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    yield Change.SAME, "".join(old[:start])
    yield Change.REMOVED, "".join(old[start : len(old) - end])
    yield Change.ADDED, "".join(new[start : len(new) - end])
    yield Change.SAME, "".join(old[len(old) - end :])


def _alike(old: list[str], new: list[str]) -> int:
    """How many sentences both begin with."""
    pairs = zip(old, new, strict=False)
    return next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(old), len(new)))


def _compared_in_every_way(old: list[str], new: list[str]) -> Iterator[tuple[Change, str]]:
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Change.SAME, "".join(old[i1:i2])
            continue
        yield Change.REMOVED, "".join(old[i1:i2])
        yield Change.ADDED, "".join(new[j1:j2])


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in spans(text)]
