"""What a question asks about: its words without those that only make it a question."""

import re
from collections.abc import Mapping
from functools import lru_cache

from tasks_app.text.japanese.bigrams import HIRAGANA
from tasks_app.text.japanese.folding import fold

_WORD = re.compile(r"[一-鿿々]{2,}|[ァ-ヺー]{2,}|[a-zà-öø-ÿ]{2,}|\d+")

_STOP_WORDS = """
a about above after again all also am an and any are as at be because been before being below between both but
by can could did do does doing done down during each either else ever every few for from further get had has
have having he her here hers him his how i if in into is it its itself just let like may me might mine more most
much must my near no nor not now of off often on once one only or other others our ours out over own per please
same shall she should since so some such tell than that the their theirs them then there these they this those
through to too under until up upon us use very was we were what whatever when where whether which while who whom
whose why will with within without would yes yet you your yours
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""English words that any text holds (function words, question words and auxiliaries)."""

_ENDING = re.compile(r"(?:ing|ied|ies|ed|es|s|y|e)\Z")
_ENDINGS = "(?:s|es|ed|d|ing|ies|ied|y|e|er|ers|ly)?"
MIN_STEM = 3


def content_words(question: str) -> list[str]:
    """Runs of kanji, of katakana, of letters and of digits, folded; no stop words."""
    return [word for word in _WORD.findall(fold(question)) if word not in STOP_WORDS]


def informative(weights: Mapping[str, float], question: str) -> dict[str, float]:
    """Of the grams of a question those that say what it is about: of words of letters, whole ones alone."""
    words = set(content_words(question))
    return {gram: weight for gram, weight in weights.items() if not gram.isascii() or gram in words}


def is_telling(gram: str) -> bool:
    """Whether it holds matter rather than grammar."""
    return len(gram) > 1 and not HIRAGANA.fullmatch(gram)


def holds(text: str, gram: str) -> bool:
    """Whether a folded text has it: a word of letters whole, in any of its usual endings."""
    return bool(_pattern(gram).search(text)) if gram.isascii() else gram in text


@lru_cache(maxsize=4096)
def _pattern(word: str) -> "re.Pattern[str]":
    if word.isdecimal():
        return re.compile(rf"(?<!\d){word}(?!\d)")
    stem = _ENDING.sub("", word)
    stem = stem if len(stem) >= MIN_STEM else word
    return re.compile(rf"(?<![a-z0-9]){re.escape(stem)}{_ENDINGS}(?![a-z0-9])")
