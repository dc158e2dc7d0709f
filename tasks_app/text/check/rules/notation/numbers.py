"""Numbers and units: separators, か月 and its like, units written twice."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

from tasks_app.text.check.rule import (
    GUIDED,
    SHOWN_OF_EACH,
    Category,
    Rule,
    RuleHit,
    Setting,
    Severity,
    gettext_noop,
    replaced,
)
from tasks_app.text.japanese.morphology import Analysed

_COUNTER = re.compile(r"(?<=[0-9０-９数何])[ヶケカヵｹｶ個](?=[月所年国条村町団])")
_COUNTER_AFTER_KANJI = re.compile(r"(?<=[二三四五六七八九十百一])[ヶケカヵ](?=[月所年国条村町団])")
_GROUPED = re.compile(r"(?<![0-9０-９.．,，])[0-9０-９]{1,}(?:[,，][0-9０-９]+)+(?![0-9０-９])")
_WELL_GROUPED = re.compile(r"[0-9０-９]{1,3}(?:[,，][0-9０-９]{3})+")
_AMOUNT = re.compile(
    r"(?<![0-9０-９.．,，万億兆])([0-9]{4,}|[０-９]{4,})(?=(?:円|人|世帯|件|名|部|冊|平方メートル|㎡|トン|台|千円|万円))"
)
_TWICE = re.compile(r"(?<=[0-9０-９])(円|%|％|パーセント|人|件|kg|㎡|か月|万円|千円|時間|世帯)\1(?![ぁ-ん]?[権口気間])")


_UNIT = re.compile(r"(?<=[0-9０-９])(?:K[gGmM]|C[mM]|K[wW]h?)(?![A-Za-z])")
_AS_DEFINED = {"kg": "kg", "km": "km", "cm": "cm", "kw": "kW", "kwh": "kWh"}
"""The symbols by lower case (JIS Z 8000)."""


_WIDE_UNIT = re.compile(r"(?<=[0-9０-９])(?:ｋｍ|ｃｍ|ｍｍ|ｋｇ|ｍｇ|ｍｌ|ｋｗｈ|ｋＷ|ｈａ|[ｍｇ](?=[、。\s以のをが]))")
_COUNTED = re.compile(r"(?<![0-9０-９.．,，])([1-9１-９])つ(?![ぁ-んァ-ヶ]*(?:星|葉))")
_KANJI_DIGITS = "一二三四五六七八九"


def find(analysed: Analysed, _setting: Setting) -> Iterator[RuleHit]:
    text = analysed.text
    yield from replaced(text, _COUNTER, "か")
    yield from replaced(text, _COUNTER_AFTER_KANJI, "か")
    yield from replaced(text, _TWICE, r"\1")
    yield from replaced(text, _UNIT, lambda found: _AS_DEFINED[found[0].lower()])
    yield from replaced(text, _WIDE_UNIT, lambda found: unicodedata.normalize("NFKC", found[0]))
    counted = replaced(text, _COUNTED, lambda found: f"{_KANJI_DIGITS[int(found[1]) - 1]}つ")
    yield from islice(counted, SHOWN_OF_EACH)
    yield from replaced(text, _AMOUNT, lambda found: _separated(found[1]))
    for match in _GROUPED.finditer(text):
        if not _WELL_GROUPED.fullmatch(match.group()) and _is_one_number(match.group()):
            digits = re.sub("[,，]", "", match.group())
            yield RuleHit(start=match.start(), end=match.end(), suggestion=_separated(digits))


def _is_one_number(group: str) -> bool:
    """1,2,3 lists numbers; 12,34 or 1,0000 is one number with its separators in wrong places."""
    pieces = re.split("[,，]", group)
    return all(len(piece) >= 2 for piece in pieces) or any(len(piece) > 3 for piece in pieces[1:])


def _separated(digits: str) -> str:
    comma = "," if digits.isascii() else "，"
    head = len(digits) % 3
    groups = ([digits[:head]] if head else []) + [digits[at : at + 3] for at in range(head, len(digits), 3)]
    return comma.join(groups)


RULE = Rule(
    id="numbers",
    label=gettext_noop("Number or unit"),
    explanation=gettext_noop(
        "Numbers have a separator every three digits, か月 and か所 are written with か, 一つ with kanji, and a unit "
        "half-width and once."
    ),
    category=Category.EXPRESSION,
    severity=Severity.WARNING,
    clause="Ⅰ-4",
    profiles=GUIDED,
    find=find,
)
