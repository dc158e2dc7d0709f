"""Brackets that are opened and not closed, or closed and not opened."""

import re
from collections.abc import Iterator

from tasks_app.text.check.rule import Category, Rule, RuleHit, Setting, Severity, gettext_noop
from tasks_app.text.japanese.morphology import Analysed

_PARAGRAPH = re.compile(r"[^\n]+(?:\n[^\n]+)*")
_HALF_WIDTH = frozenset("｢｣")
"""Programs that read PDF files mix them with the full-width ones."""

_CODE = re.compile(r"`[^`\n]{1,200}`")
_BRACKET = re.compile(r"[「｢『（(【〔［\[〈《“«‹」｣』）)】〕］\]〉》”»›]")
_CLOSING = {
    "「": "」",
    "『": "』",
    "（": "）",
    "(": ")",
    "【": "】",
    "〔": "〕",
    "［": "］",
    "[": "]",
    "〈": "〉",
    "《": "》",
    "｢": "｣",
    "“": "”",
    "«": "»",
    "‹": "›",
}
_LOOSE = {"（": "(", "）": ")", "［": "[", "］": "]", "｢": "「", "｣": "」"}
"""Full-width and half-width forms close one another; the one that closes is then to be written like the first."""

_NUMBERED = re.compile(
    r"(?:^|[\n\s　、。・])[（(]?(?:[0-9０-９]{1,3}|[ア-ンa-zａ-ｚivxⅰ-ⅹ一二三四五六七八九十①-⑳]{1,3})$|[①-⑳]$"
)
_QUOTATION_MARK = re.compile(r"(?<![0-9０-９\\])\"")
BEFORE = 9
"""Characters before a bracket that say whether it closes a number of a list: more than such a number has."""

_FACE = re.compile(r"[:;][-^]?$")


def find(analysed: Analysed, _setting: Setting) -> Iterator[RuleHit]:
    text = _CODE.sub(lambda found: " " * len(found.group()), analysed.text)
    for paragraph in _PARAGRAPH.finditer(text):
        yield from _unmatched(paragraph.group(), paragraph.start())
        yield from _odd_quotation_mark(paragraph)


def _unmatched(text: str, offset: int) -> Iterator[RuleHit]:
    opened: list[tuple[str, int]] = []
    for match in _BRACKET.finditer(text):
        sign = match.group()
        if sign in _CLOSING:
            opened.append((_loose(_CLOSING[sign]), match.start()))
            continue
        at = next((at for at in range(len(opened) - 1, -1, -1) if opened[at][0] == _loose(sign)), None)
        if at is None:
            before = text[max(0, match.start() - BEFORE) : match.start()]
            if not _NUMBERED.search(before) and not _FACE.search(before):
                yield _hit(offset + match.start(), sign)
            continue
        for _sign, start in opened[at + 1 :]:
            yield _hit(offset + start, text[start])
        if _CLOSING[text[opened[at][1]]] != sign and not {text[opened[at][1]], sign} & _HALF_WIDTH:
            proper = _CLOSING[text[opened[at][1]]]
            place = offset + match.start()
            yield RuleHit(start=place, end=place + 1, suggestion=proper, details={"bracket": sign})
        del opened[at:]
    for _sign, start in opened:
        yield _hit(offset + start, text[start])


def _odd_quotation_mark(paragraph: "re.Match[str]") -> Iterator[RuleHit]:
    """A straight quotation mark closes itself; behind a number it stands for inches or seconds."""
    marks = [found.start() for found in _QUOTATION_MARK.finditer(paragraph.group())]
    if len(marks) % 2:
        yield _hit(paragraph.start() + marks[-1], '"')


def _loose(sign: str) -> str:
    return _LOOSE.get(sign, sign)


def _hit(at: int, sign: str) -> RuleHit:
    return RuleHit(start=at, end=at + 1, details={"bracket": sign})


RULE = Rule(
    id="brackets",
    label=gettext_noop("Unmatched bracket"),
    explanation=gettext_noop("The bracket %(bracket)s has no matching bracket."),
    category=Category.TYPO,
    severity=Severity.ERROR,
    clause="Ⅰ-5",
    find=find,
    any_language=True,
)
