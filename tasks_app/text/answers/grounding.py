"""Whether a text supports a sentence, and where: it contains what is quoted, or most of what is said."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tasks_app.text.japanese.bigrams import HIRAGANA, runs
from tasks_app.text.japanese.folding import Folded, fold, squeeze
from tasks_app.text.japanese.sentences import spans

SUPPORTED = 0.38
"""Least share of a sentence's informative pairs of characters that must be in the span. Measured by
tests/unit/text/answers/test_grounding.py: true restatements reach .42 and more, false ones .33 at most."""

MIN_QUOTE_LENGTH = 8
"""Characters of a verbatim quote that prove by themselves that the place was read."""

MAX_SENTENCES = 3
"""Neighbouring sentences that may bear a statement out together."""

OPPOSITES = (
    ("可決", "否決"),
    ("賛成", "反対"),
    ("増加", "減少"),
    ("増額", "減額"),
    ("上限", "下限"),
    ("以上", "以下"),
    ("有料", "無料"),
    ("開始", "終了"),
    ("黒字", "赤字"),
    ("拡大", "縮小"),
    ("継続", "廃止"),
)
"""A statement with one of them is not supported by a span that has only the other."""

_QUOTED = re.compile('[「『“"]([^「『」』“”"]+)[」』”"]')
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)([一-鿿々ァ-ヺ%]?)")
_SEPARATOR = re.compile(r"(?<=\d),(?=\d{3})")
_DIGITS = "〇一二三四五六七八九"
_PLACES = ((1000, "千"), (100, "百"), (10, "十"))


@dataclass(frozen=True)
class Grounding:
    """`text[start:end]` supports the statement; `share` of it, 1.0 for a quote."""

    start: int
    end: int
    share: float


def place_of(quote: str, text: str) -> tuple[int, int] | None:
    """[start, end) of a verbatim quote in `text`, whatever the forms of its characters and the space between them."""
    return Folded(text).find(quote)


def supporting(statement: str, text: str) -> Grounding | None:
    """The best place in `text` for `statement`, or None where none supports it."""
    if not _numbers_stand(statement, text):
        return None
    places = [place_of(quote, text) for quote in _quotes(statement)]
    if not all(places):
        return None
    if places and places[0]:
        return Grounding(*places[0], 1.0)
    best = best_place(statement, text)
    if best is None or best.share < SUPPORTED or _opposed(statement, text[best.start : best.end]):
        return None
    return best


def best_place(statement: str, text: str) -> Grounding | None:
    """The sentence, or the fewest neighbouring ones, with most of the statement; None where it says nothing."""
    sought = _telling(statement)
    if not sought:
        return None
    found = [_stripped(text, start, end) for start, end in spans(text)]
    pairs = [_telling(text[start:end]) & sought for start, end in found]
    return max(_windows(found, pairs, len(sought)), key=lambda place: (place.share, place.start - place.end))


def _windows(found: Sequence[tuple[int, int]], pairs: Sequence[set[str]], sought: int) -> Iterator[Grounding]:
    yield Grounding(0, 0, 0.0)
    for first in range(len(found)):
        held: set[str] = set()
        for last in range(first, min(first + MAX_SENTENCES, len(found))):
            held |= pairs[last]
            yield Grounding(found[first][0], found[last][1], len(held) / sought)


def _quotes(statement: str) -> list[str]:
    return [quote for quote in _QUOTED.findall(statement) if len(squeeze(quote)) >= MIN_QUOTE_LENGTH]


def _numbers_stand(statement: str, text: str) -> bool:
    """Every number of the statement is in the text with its unit, in figures or in kanji.

    A changed number is a false claim, however much of the rest is true.
    """
    source = _SEPARATOR.sub("", fold(text))
    known = {(number, unit) for number, unit in _NUMBER.findall(source)}
    return all(
        (number, unit) in known or (len(number) < 5 and number.isdecimal() and _kanji(int(number)) + unit in source)
        for number, unit in _NUMBER.findall(_SEPARATOR.sub("", fold(statement)))
    )


def _opposed(statement: str, span: str) -> bool:
    for pair in OPPOSITES:
        for mine, other in (pair, pair[::-1]):
            if mine in statement and other not in statement and other in span and mine not in span:
                return True
    return False


def _telling(text: str) -> set[str]:
    """Pairs of characters that are not hiragana alone; whole words of letters."""
    found: set[str] = set()
    for run in runs(fold(text)):
        if run.isascii():
            found.add(run)
            continue
        found.update(run[index : index + 2] for index in range(len(run) - 1))
    return {gram for gram in found if not HIRAGANA.fullmatch(gram)}


def _kanji(number: int) -> str:
    if number < 10:
        return _DIGITS[number]
    written = ""
    for value, sign in _PLACES:
        times, number = divmod(number, value)
        if times:
            written += ("" if times == 1 else _DIGITS[times]) + sign
    return written + (_DIGITS[number] if number else "")


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
