"""Brackets that are opened and not closed, or closed and not opened."""

import re
from collections.abc import Iterator

from tasks_app.text.check.rule import Category, Rule, RuleHit, Setting, Severity, gettext_noop
from tasks_app.text.japanese.morphology import Analysed

_PARAGRAPH = re.compile(r"[^\n]+(?:\n[^\n]+)*")
_BRACKET = re.compile(r"[「『（(【〔［\[〈《」』）)】〕］\]〉》]")
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
}
_LOOSE = {"（": "(", "）": ")", "［": "[", "］": "]"}
"""Full-width and half-width forms close one another; what mixes widths is another rule's matter."""

_NUMBERED = re.compile(
    r"(?:^|[\n\s　、。・])[（(]?(?:[0-9０-９]{1,3}|[ア-ンa-zａ-ｚivxⅰ-ⅹ一二三四五六七八九十①-⑳]{1,3})$|[①-⑳]$"
)
_FACE = re.compile(r"[:;][-^]?$")


def find(analysed: Analysed, _setting: Setting) -> Iterator[RuleHit]:
    for paragraph in _PARAGRAPH.finditer(analysed.text):
        yield from _unmatched(paragraph.group(), paragraph.start())


def _unmatched(text: str, offset: int) -> Iterator[RuleHit]:
    opened: list[tuple[str, int]] = []
    for match in _BRACKET.finditer(text):
        sign = match.group()
        if sign in _CLOSING:
            opened.append((_loose(_CLOSING[sign]), match.start()))
            continue
        at = next((at for at in range(len(opened) - 1, -1, -1) if opened[at][0] == _loose(sign)), None)
        if at is None:
            if not _NUMBERED.search(text[: match.start()]) and not _FACE.search(text[: match.start()]):
                yield _hit(offset + match.start(), sign)
            continue
        for _sign, start in opened[at + 1 :]:
            yield _hit(offset + start, text[start])
        del opened[at:]
    for _sign, start in opened:
        yield _hit(offset + start, text[start])


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
