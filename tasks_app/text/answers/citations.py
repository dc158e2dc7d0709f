"""The markers in an answer, resolved against the passages it was written from. What no passage supports is dropped."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tasks_app.text.answers.grounding import MIN_QUOTE_LENGTH, place_of, supporting
from tasks_app.text.japanese.cleaning import readable
from tasks_app.text.japanese.sentences import spans

UNVERIFIED = "[?]"
"""Stands where every marker of a sentence was dropped."""

MAX_MARKERS = 6000
_FIRST_SIGN = 0xE000
_UNVERIFIED_SIGN = chr(_FIRST_SIGN + MAX_MARKERS)
"""A sign is a private character that stands for a marker until the text is done: for one of the model's, then for one
of ours. What looks like a marker of ours in between is the model's own text, however it came about."""

_LOOKS_LIKE_OURS = re.compile(r"\[(\d+|\?)\]")

_MARKER = re.compile(
    r"(?<![ \t　])[ \t　]*+[\[［【〔][ 　]*+(?:\^|資料|出典|引用|参照|sources?|refs?\.?)?[ 　]*+[:：]?[ 　]*+"
    r"(?P<numbers>\d{1,4}+(?:[ 　]*+[,、，;；・]?[ 　]*+\d{1,4}+)*+)(?:†[^\]］】〕\n]{0,80})?"
    r"[ 　]*+[:：]?[ 　]*+(?:[「『“\"](?P<quote>[^」』”\"\n]{1,400})[」』”\"])?[ 　]*+[\]］】〕]"
    r"(?:\([^)\s]{0,400}\))?",
    re.IGNORECASE,
)
"""Possessive, so that blanks and digits without an end are given up at once."""

_PRIVATE = re.compile("[\ue000-\uf8ff]")
_SIGNS = re.compile(r"^[ \t　\ue000-\uf8ff]+")
_NUMBER = re.compile(r"\d+")
_EMPTY_BRACKETS = re.compile(r"[（(][ 　]*[）)]")


@dataclass(frozen=True, kw_only=True)
class Passage:
    """What the answer's number `number` stands for; `text` is what was read there."""

    number: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Citation:
    """[start, end) in the text of passage `passage` supports what stands before marker `number`."""

    number: int
    passage: int
    start: int
    end: int
    share: float


@dataclass(kw_only=True)
class Cited:
    """An answer with verified markers only, [1] onwards; `dropped` markers, and sentences that had none."""

    text: str = ""
    citations: list[Citation] = field(default_factory=list)
    dropped: int = 0
    uncited: int = 0


@dataclass(frozen=True)
class _Marker:
    numbers: tuple[int, ...]
    quote: str


def cite(answer: str, passages: Sequence[Passage]) -> Cited:
    """Every marker checked against the passage it names; a sentence without gets the passage that supports it."""
    text, markers = _with_signs(readable(answer))
    by_number = {passage.number: passage for passage in passages}
    cited = Cited()
    signed = "".join(_checked(statement, markers, by_number, cited) for statement in _statements(text))
    plain = _LOOKS_LIKE_OURS.sub(r"［\1］", _EMPTY_BRACKETS.sub("", signed).strip())
    cited.text = _PRIVATE.sub(lambda sign: _marker_of(sign[0]), plain)
    return cited


def _with_signs(answer: str) -> tuple[str, list[_Marker]]:
    """The answer with one private character for each marker."""
    markers: list[_Marker] = []

    def sign(found: re.Match[str]) -> str:
        if len(markers) >= MAX_MARKERS:
            return ""
        numbers = tuple(int(number) for number in _NUMBER.findall(found["numbers"]))
        markers.append(_Marker(numbers, found["quote"] or ""))
        return chr(_FIRST_SIGN + len(markers) - 1)

    plain = _PRIVATE.sub("", answer).replace(UNVERIFIED, "")
    return _MARKER.sub(sign, plain), markers


def _statements(text: str) -> Iterator[str]:
    """Sentences, each with the markers that follow it, also where they follow its full stop."""
    held = ""
    for start, end in spans(text):
        piece = text[start:end]
        if held and not held.endswith("\n") and (signs := _SIGNS.match(piece)):
            ending = len(held.rstrip())
            held = held[:ending] + signs[0].strip() + held[ending:]
            piece = piece[signs.end() :]
            if not piece.strip():
                held += piece
                continue
        if held:
            yield held
        held = piece
    if held:
        yield held


def _checked(statement: str, markers: Sequence[_Marker], passages: Mapping[int, Passage], cited: Cited) -> str:
    signs = _PRIVATE.findall(statement)
    plain = _PRIVATE.sub("", statement)
    if not signs:
        return _attributed(plain, passages, cited)
    verified = [_verified(plain, markers[ord(sign) - _FIRST_SIGN], passages, cited) for sign in signs]
    if not any(verified):
        return _ended(plain, _UNVERIFIED_SIGN)
    ours = iter("".join(map(_sign_of, numbers)) for numbers in verified)
    return _PRIVATE.sub(lambda _sign: next(ours), statement)


def _verified(plain: str, marker: _Marker, passages: Mapping[int, Passage], cited: Cited) -> list[int]:
    found = []
    for number in dict.fromkeys(marker.numbers):
        place = _place(plain, marker.quote, passages[number]) if number in passages else None
        if place is None:
            cited.dropped += 1
        else:
            found.append(_number(number, *place, cited))
    return list(dict.fromkeys(found))


def _place(plain: str, quote: str, passage: Passage) -> tuple[int, int, float] | None:
    """Where the passage supports the sentence; by the quote in the marker, if there is one, in whatever language."""
    if len(quote) >= MIN_QUOTE_LENGTH:
        place = place_of(quote, passage.text)
        return (*place, 1.0) if place else None
    found = supporting(plain, passage.text)
    return (found.start, found.end, found.share) if found else None


def _attributed(plain: str, passages: Mapping[int, Passage], cited: Cited) -> str:
    """A sentence for which the model named nothing: the passage that supports it best, if one does."""
    places = [(found, passage) for passage in passages.values() if (found := supporting(plain, passage.text))]
    if not places:
        cited.uncited += bool(plain.strip())
        return plain
    found, passage = max(places, key=lambda place: place[0].share)
    return _ended(plain, _sign_of(_number(passage.number, found.start, found.end, found.share, cited)))


def _number(passage: int, start: int, end: int, share: float, cited: Cited) -> int:
    """The marker's number: that of the same place if it was cited before."""
    for known in cited.citations:
        if (known.passage, known.start, known.end) == (passage, start, end):
            return known.number
    number = len(cited.citations) + 1
    cited.citations.append(Citation(number=number, passage=passage, start=start, end=end, share=round(share, 2)))
    return number


def _sign_of(number: int) -> str:
    return chr(_FIRST_SIGN + number - 1)


def _marker_of(sign: str) -> str:
    return UNVERIFIED if sign == _UNVERIFIED_SIGN else f"[{ord(sign) - _FIRST_SIGN + 1}]"


def _ended(statement: str, marker: str) -> str:
    """The marker after the last character that is seen."""
    end = len(statement.rstrip())
    return f"{statement[:end]}{marker}{statement[end:]}" if end else statement
