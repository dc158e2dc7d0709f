"""，and ． where Japanese is punctuated with 、 and 。 (公用文作成の考え方, 2022)."""

import re
from collections.abc import Iterator

from tasks_app.text.check.rule import (
    GUIDED,
    Category,
    Rule,
    RuleHit,
    Setting,
    Severity,
    first_of_each,
    gettext_noop,
    replaced,
)
from tasks_app.text.japanese.morphology import Analysed

_JAPANESE = "ぁ-んァ-ヶー一-鿿々」』）"
_COMMA = re.compile(f"(?<=[{_JAPANESE}])[，,](?=[{_JAPANESE}「『（\n]|$)")
_STOP = re.compile(f"(?<=[ぁ-ん」』）])．(?=[{_JAPANESE}「『（　\n]|$)")


def find(analysed: Analysed, _setting: Setting) -> Iterator[RuleHit]:
    """The first of each: a document that uses them uses them everywhere."""
    yield from first_of_each(replaced(analysed.text, _COMMA, "、"))
    yield from first_of_each(replaced(analysed.text, _STOP, "。"))


RULE = Rule(
    id="comma_style",
    label=gettext_noop("Comma or full stop"),
    explanation=gettext_noop("Japanese text is punctuated with 、 and 。; change it throughout the document."),
    category=Category.TYPO,
    severity=Severity.WARNING,
    clause="Ⅰ-5",
    profiles=GUIDED,
    find=find,
)
