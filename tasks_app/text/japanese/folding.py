"""One form for comparing texts, with a way back to the places in the original. What is shown is never folded.

Alike become: full and half width, capital and small letters, composed and decomposed characters, compatibility
characters (㈱, ①, CJK compatibility ideographs), old and new forms of kanji and those of names, dashes, wave dashes and
quotation marks. Variation selectors and invisible characters disappear.
"""

import re
from array import array
from bisect import bisect_left
from functools import lru_cache
from unicodedata import normalize

from tasks_app.text.japanese.variants import INVISIBLE, KANJI, MARKS

_MARKS_OF_LETTERS = (
    "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"  # combining
    "\u302a-\u302f\u3099\u309a\uff9e\uff9f"  # on kana and kanji
)
_CLUSTER = re.compile(rf"[\u1100-\u11ff]+|.[{_MARKS_OF_LETTERS}{INVISIBLE}]*", re.DOTALL)
"""What is folded together: a character and the marks on it, or the parts of a Korean syllable."""

_INVISIBLE = re.compile(f"[{INVISIBLE}]")
SPACE = re.compile(r"\s+")
NO_WORD = re.compile(r"[\W_]+")
NOTHING = re.compile(r"(?!)")
"""What may be ignored in a comparison."""

_MARK = re.compile(f"[{''.join(map(re.escape, MARKS))}]")
_FORM = re.compile(f"[{''.join(map(re.escape, (*KANJI, *MARKS)))}]")


def fold(text: str) -> str:
    """The form by which texts are compared. A line end stays one; other space stays too."""
    if text.isascii():
        return text.lower()
    plain = normalize("NFKC", _MARK.sub(_mark, _INVISIBLE.sub("", text))).lower()
    return normalize("NFC", _FORM.sub(_form, plain))


def _mark(found: re.Match[str]) -> str:
    return MARKS[found[0]]


def _form(found: re.Match[str]) -> str:
    return KANJI.get(found[0]) or MARKS[found[0]]


def squeeze(text: str) -> str:
    """Folded and without space."""
    return SPACE.sub("", fold(text))


class Folded:
    """A text folded and without space, in which places of the original are found; `offset` is where it begins.

    With `ignored`, what that pattern matches is left out in place of space.
    """

    def __init__(self, text: str, offset: int = 0, ignored: "re.Pattern[str]" = SPACE) -> None:
        pieces: list[str] = []
        starts, ends = array("L"), array("L")
        at = offset
        for cluster in _CLUSTER.findall(text):
            end = at + len(cluster)
            for character in _squeezed(cluster, ignored):
                pieces.append(character)
                starts.append(at)
                ends.append(end)
            at = end
        self.text = "".join(pieces)
        self._ignored = ignored
        self._starts = starts
        self._ends = ends

    def find(self, words: str, after: int = 0) -> tuple[int, int] | None:
        """[start, end) of the first place at or after an offset of the original; None for what is absent or blank."""
        wanted = self._ignored.sub("", fold(words))
        found = self.text.find(wanted, self.index(after)) if wanted else -1
        return None if found < 0 else (self._starts[found], self._ends[found + len(wanted) - 1])

    def between(self, start: int, end: int) -> str:
        """What the original has from one offset to another, folded."""
        return self.text[self.index(start) : self.index(end)]

    def index(self, offset: int) -> int:
        """Of the first folded character that is at or after an offset of the original."""
        return bisect_left(self._starts, offset)


@lru_cache(maxsize=16_384)
def _squeezed(cluster: str, ignored: "re.Pattern[str]") -> str:
    return ignored.sub("", fold(cluster))


def pattern(words: str) -> str:
    """A regular expression (PostgreSQL's) for texts that hold the words in any of their forms."""
    return "".join(map(_class, fold(words)))


def _class(character: str) -> str:
    forms = _FORMS.get(character, character)
    return "[" + "".join(re.escape(form) if form in r"\]^-" else form for form in forms) + f"][{INVISIBLE}]*"


def _forms() -> dict[str, str]:
    """By folded character all that fold to it alone."""
    found: dict[str, str] = {}
    for code in (*range(0x21, 0x3400), *range(0xF900, 0xFB00), *range(0xFE30, 0xFFF0), *map(ord, KANJI)):
        character = chr(code)
        folded = fold(character)
        if len(folded) == 1:
            found[folded] = found.get(folded, folded) + (character if character != folded else "")
    return found


_FORMS = _forms()
