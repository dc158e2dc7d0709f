"""全角/半角: full-width and half-width characters side by side in one word or number, and half-width kana."""

import re
import unicodedata
from collections.abc import Iterator

from tasks_app.text.check.rule import Category, Rule, RuleHit, Setting, Severity, gettext_noop
from tasks_app.text.japanese.morphology import Analysed

_HALF_KANA = re.compile(r"[｡-ﾟ]+")
_RUN = re.compile(r"[0-9０-９]+(?:[.,．，][0-9０-９]+)*|[A-Za-zＡ-Ｚａ-ｚ]+")
_FULL = re.compile(r"[０-９Ａ-Ｚａ-ｚ．，]")
_HALF = re.compile(r"[0-9A-Za-z]")


_IN_BRACKETS = re.compile(r"（[^（()）\n]{0,80}(\))|\([^（()）\n]{0,80}(）)")
_NUMBER = re.compile(r"(?<![0-9０-９])(?:[0-9]+|[０-９]+)(?![0-9０-９])")


def find(analysed: Analysed, _setting: Setting) -> Iterator[RuleHit]:
    for match in _HALF_KANA.finditer(analysed.text):
        yield RuleHit(start=match.start(), end=match.end(), suggestion=unicodedata.normalize("NFKC", match.group()))
    for match in _RUN.finditer(analysed.text):
        if _FULL.search(match.group()) and _HALF.search(match.group()):
            yield RuleHit(start=match.start(), end=match.end(), suggestion=unicodedata.normalize("NFKC", match.group()))
    for match in _IN_BRACKETS.finditer(analysed.text):
        group = 1 if match[1] else 2
        other = "）" if match[1] else ")"
        yield RuleHit(start=match.start(group), end=match.end(group), suggestion=other)


def find_numbers(analysed: Analysed, _setting: Setting) -> Iterator[RuleHit]:
    """The rarer width. Numbers of one digit are a matter of their own: many offices write only these full-width."""
    for of_one_digit in (True, False):
        numbers = [match for match in _NUMBER.finditer(analysed.text) if (len(match.group()) == 1) is of_one_digit]
        half = [match for match in numbers if match.group().isascii()]
        full = [match for match in numbers if not match.group().isascii()]
        if half and full:
            for match in min(full, half, key=len):
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
