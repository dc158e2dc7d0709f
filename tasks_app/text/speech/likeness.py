"""Whether a text that a model wrote from another still says it in the same words."""

import re
from collections import Counter
from itertools import pairwise

from tasks_app.text.japanese.folding import NO_WORD, fold

KEPT, OWN = 0.85, 0.2
"""Least share of what was said that must be left, and most share of the new text that nobody said.

Removed fillers and corrected particles stay within these; a summary, a translation or an answer does not.
"""

_FILLERS = re.compile("えーっと|ええと|えーと|えー+|あのー+|あのう|そのー+|まあ|うーん|んー+")


def keeps_words(original: str, written: str) -> bool:
    """By pairs of neighbouring characters, without punctuation, spaces and fillers."""
    said, left = _pairs(original), _pairs(written)
    if not said:
        return not left
    common = sum((said & left).values())
    return common >= KEPT * said.total() and common >= (1 - OWN) * left.total()


def _pairs(text: str) -> "Counter[str]":
    plain = NO_WORD.sub("", _FILLERS.sub("", fold(text)))
    return Counter(map("".join, pairwise(plain))) if len(plain) > 1 else Counter([plain] if plain else [])
