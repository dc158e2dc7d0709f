"""全角/半角: full-width and half-width characters side by side in one word or number, and half-width kana."""

import re
import unicodedata
from collections.abc import Iterator

from tasks_app.text.check.rule import Category, Rule, RuleHit, Setting, Severity, gettext_noop
from tasks_app.text.japanese.morphology import Analysed

_HALF_KANA = re.compile(r"[ｦ-ﾟ][｡-ﾟ]*")
_RUN = re.compile(r"[0-9０-９]+(?:[.,．，][0-9０-９]+)*|[A-Za-zＡ-Ｚａ-ｚ]+")
_SEPARATOR = re.compile("[.,．，]")
_FULL = re.compile(r"[０-９Ａ-Ｚａ-ｚ]")
_HALF = re.compile(r"[0-9A-Za-z]")


_NUMBER = re.compile(
    r"(?<![0-9０-９.,．，])(?:[0-9]+(?:[.,][0-9]+)*|[０-９]+(?:[．，][０-９]+)*)(?![0-9０-９]|[.,．，][0-9０-９])"
)
MAX_SHOWN = 3
MAX_SHARE = 0.1
"""Of the numbers that are in the rarer width: more are no slip, but the habit of the document."""


def find(analysed: Analysed, _setting: Setting) -> Iterator[RuleHit]:
    for match in _HALF_KANA.finditer(analysed.text):
        yield RuleHit(start=match.start(), end=match.end(), suggestion=unicodedata.normalize("NFKC", match.group()))
    for match in _RUN.finditer(analysed.text):
        if any(_FULL.search(group) and _HALF.search(group) for group in _SEPARATOR.split(match.group())):
            yield RuleHit(start=match.start(), end=match.end(), suggestion=unicodedata.normalize("NFKC", match.group()))


def find_numbers(analysed: Analysed, _setting: Setting) -> Iterator[RuleHit]:
    """The rarer width. Numbers of one digit are a matter of their own: many offices write only these full-width."""
    for of_one_digit in (True, False):
        numbers = [match for match in _NUMBER.finditer(analysed.text) if (len(match.group()) == 1) is of_one_digit]
        half = [match for match in numbers if match.group().isascii()]
        full = [match for match in numbers if not match.group().isascii()]
        rarer = full if len(full) <= len(half) else half
        if half and full and len(rarer) <= max(1, MAX_SHARE * len(numbers)):
            for match in rarer[:MAX_SHOWN]:
                yield RuleHit(start=match.start(), end=match.end(), suggestion=_turned(match.group()))


def _turned(digits: str) -> str:
    """In the other width."""
    if digits.isascii():
        return "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in digits)
    return unicodedata.normalize("NFKC", digits)


RULE = Rule(
    id="width",
    label=gettext_noop("Full-width and half-width mixed"),
    explanation=gettext_noop("Full-width and half-width characters are mixed in one word, or kana are half-width."),
    category=Category.CONSISTENCY,
    severity=Severity.WARNING,
    clause="Ⅰ-6",
    find=find,
)

NUMBERS = Rule(
    id="number_width",
    label=gettext_noop("Numbers in two widths"),
    explanation=gettext_noop("Most numbers of this length in the document use the other width."),
    category=Category.CONSISTENCY,
    severity=Severity.INFO,
    clause="Ⅰ-4",
    find=find_numbers,
)
