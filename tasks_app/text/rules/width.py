"""全角/半角: full-width and half-width characters side by side in one word or number, and half-width kana."""

import re
import unicodedata
from collections.abc import Iterator

from tasks_app.text.morphology import Analysed
from tasks_app.text.rules.rule import Category, Finding, Rule, Setting, Severity, gettext_noop

_HALF_KANA = re.compile(r"[ｦ-ﾟ]+")
_RUN = re.compile(r"[0-9０-９]+(?:[.,．，][0-9０-９]+)*|[A-Za-zＡ-Ｚａ-ｚ]+")
_FULL = re.compile(r"[０-９Ａ-Ｚａ-ｚ．，]")
_HALF = re.compile(r"[0-9A-Za-z]")


def find(analysed: Analysed, _setting: Setting) -> Iterator[Finding]:
    for match in _HALF_KANA.finditer(analysed.text):
        yield Finding(start=match.start(), end=match.end(), suggestion=unicodedata.normalize("NFKC", match.group()))
    for match in _RUN.finditer(analysed.text):
        if _FULL.search(match.group()) and _HALF.search(match.group()):
            yield Finding(start=match.start(), end=match.end(), suggestion=unicodedata.normalize("NFKC", match.group()))


RULE = Rule(
    id="width",
    label=gettext_noop("Full-width and half-width mixed"),
    explanation=gettext_noop("Full-width and half-width characters are mixed in one word, or kana are half-width."),
    category=Category.CONSISTENCY,
    severity=Severity.WARNING,
    clause="Ⅰ-6",
    find=find,
)
