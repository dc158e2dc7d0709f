"""How one text differs from another, sentence by sentence."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from enum import StrEnum

from tasks_app.text.japanese.sentences import spans


class Change(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


def difference(old: str, new: str) -> list[tuple[Change, str]]:
    """Pieces in reading order: those that are not ADDED make up `old`, those that are not REMOVED make up `new`."""
    return list(_pieces(_sentences(old), _sentences(new)))


def _pieces(old: list[str], new: list[str]) -> Iterator[tuple[Change, str]]:
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Change.SAME, "".join(old[i1:i2])
            continue
        if i1 < i2:
            yield Change.REMOVED, "".join(old[i1:i2])
        if j1 < j2:
            yield Change.ADDED, "".join(new[j1:j2])


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in spans(text)]
