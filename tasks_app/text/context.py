"""What tells an issue in one version of a document from all others, and again in the next version."""

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

CHARACTERS = 12
"""Of the text before and after, spaces not counted: less than most sentences, so that edits elsewhere do not matter."""

LOOKED_AT = 60


def contexts(text: str, issues: Iterable[tuple[int, int, str, str]]) -> list[str]:
    """64 hex digits for each (start, end, rule, suggestion), in order; those alike in all of it are counted through."""
    seen: Counter[str] = Counter()
    found = []
    for start, end, rule, suggestion in issues:
        before = "".join(text[max(0, start - LOOKED_AT) : start].split())[-CHARACTERS:]
        after = "".join(text[end : end + LOOKED_AT].split())[:CHARACTERS]
        alike = "\0".join((before, text[start:end], after, rule, suggestion))
        seen[alike] += 1
        found.append(sha256(f"{alike}\0{seen[alike]}".encode()).hexdigest())
    return found
