"""い抜き: ている without its い."""

from collections.abc import Iterator

from tasks_app.text.check.rule import Category, Rule, RuleHit, Setting, Severity, gettext_noop
from tasks_app.text.japanese.morphology import Analysed


def find(analysed: Analysed, _setting: Setting) -> Iterator[RuleHit]:
    for word in analysed.morphemes:
        if word.is_a("助動詞") and word.base in ("てる", "でる") and word.surface[:1] in "てで":
            suggestion = f"{word.surface[0]}い{word.surface[1:]}"
            yield RuleHit(start=word.start, end=word.end, suggestion=suggestion)


RULE = Rule(
    id="i_dropping",
    label=gettext_noop("Dropped い in ている"),
    explanation=gettext_noop("The い of ている is missing; keep it in writing."),
    category=Category.GRAMMAR,
    severity=Severity.WARNING,
    clause="Ⅱ-6",
    find=find,
)
