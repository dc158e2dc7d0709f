"""What distinguishes an issue in one version of a document from all others, and identifies it in the next."""

import re
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

CHARACTERS = 12
"""Of the same sentence before and after, spaces not counted, so that edits elsewhere do not matter."""

SURROUNDING_CHARACTERS = 60

_END = re.compile(r"[。！？\n]")
"""Not the marks of `japanese.sentences`: with others, stored fingerprints would no longer match."""


def fingerprints(text: str, issues: Iterable[tuple[int, int, str]]) -> list[str]:
    """64 hex digits for each (start, end, rule), in order; those alike in all of it are counted through."""
    seen: Counter[str] = Counter()
    found = []
    for start, end, rule in issues:
        before = _END.split(text[max(0, start - SURROUNDING_CHARACTERS) : start])[-1]
        after = _END.split(text[end : end + SURROUNDING_CHARACTERS])[0]
        around = ("".join(before.split())[-CHARACTERS:], text[start:end], "".join(after.split())[:CHARACTERS])
        alike = "\0".join((*around, rule))
        seen[alike] += 1
        found.append(sha256(f"{alike}\0{seen[alike]}".encode()).hexdigest())
    return found
