"""Punctuation written twice or in an order that cannot be."""

import re
from collections.abc import Iterator

from tasks_app.text.check.rule import Category, Rule, RuleHit, Setting, Severity, gettext_noop, replaced
from tasks_app.text.japanese.morphology import Analysed

_WRONG = (
    (re.compile(r"。{2,}(?!。)"), "。"),
    (re.compile(r"(?<!、)、{2}(?!、)"), "、"),
    (re.compile(r"，{2,}"), "，"),
    (re.compile(r"、，|，、"), "、"),
    (re.compile(r"[、，]。"), "。"),
    (re.compile(r"([？！])。"), r"\1"),
    (re.compile(r"。[、，]"), "。"),
    (re.compile(r"[、，]([」』）])"), r"\1"),
    (re.compile(r"([「『（])[、。，]"), r"\1"),
    (re.compile(r"(?<![・\n])・{2}(?!・)"), "・"),
)


def find(analysed: Analysed, _setting: Setting) -> Iterator[RuleHit]:
    for pattern, replacement in _WRONG:
        yield from replaced(analysed.text, pattern, replacement)


RULE = Rule(
    id="punctuation",
    label=gettext_noop("Punctuation"),
    explanation=gettext_noop("Punctuation is repeated, or appears where nothing ends."),
    category=Category.TYPO,
    severity=Severity.ERROR,
    clause="Ⅰ-5",
    find=find,
)
