"""Recognisers that listen to silence or noise sometimes fall into writing the same words over and over."""

import re

MAX_PHRASE_LENGTH = 60
TIMES = 6
"""A phrase said fewer times in a row may well have been said so."""

MIN_REPEATED_CHARACTERS = 16
"""Characters that the repetitions make up together; shorter runs are laughter, hesitation or a dragged vowel."""

_NO_WORD = re.compile(r"[\W_]+")
_CASCADE = re.compile(rf"(?=(.{{1,{MAX_PHRASE_LENGTH}}}?)(\1{{{TIMES - 1},}}))")


def repeats_itself(text: str) -> bool:
    """Whether one phrase follows itself at least six times, spaces and punctuation aside."""
    words = _NO_WORD.sub("", text)
    return any(len(found[1]) + len(found[2]) >= MIN_REPEATED_CHARACTERS for found in _CASCADE.finditer(words))
