"""用語集: words that the user or the organisation wants written otherwise, or not at all."""

import re
from collections.abc import Callable, Iterator

from tasks_app.text.check.rule import Category, Rule, RuleHit, Setting, Severity, Term, gettext_noop
from tasks_app.text.japanese.morphology import Analysed

_WORD = re.compile(r"[A-Za-z0-9]+")


def find_replaceable(analysed: Analysed, setting: Setting) -> Iterator[RuleHit]:
    return _find(analysed, setting, lambda term: bool(term.correct))


def find_forbidden(analysed: Analysed, setting: Setting) -> Iterator[RuleHit]:
    return _find(analysed, setting, lambda term: not term.correct)


def _find(analysed: Analysed, setting: Setting, wanted: Callable[[Term], bool]) -> Iterator[RuleHit]:
    """Longest first; a term inside its own correct form, such as 子供 in 子供会, is left alone."""
    correct = {term.term: term.correct for term in setting.terms if term.term and wanted(term)}
    if not correct:
        return
    longest_first = sorted(correct, key=len, reverse=True)
    pattern = re.compile("|".join(_bounded(term) for term in longest_first))
    for match in pattern.finditer(analysed.text):
        written = correct[match.group()]
        if not _is_inside(analysed.text, match.start(), match.group(), written):
            yield RuleHit(start=match.start(), end=match.end(), suggestion=written, details={"term": match.group()})


def _bounded(term: str) -> str:
    """A Latin word is a term only where it stands alone: IT is not in ITEM."""
    escaped = re.escape(term)
    return rf"(?<![A-Za-z0-9]){escaped}(?![A-Za-z0-9])" if _WORD.fullmatch(term) else escaped


def _is_inside(text: str, start: int, term: str, correct: str) -> bool:
    at = correct.find(term)
    while at >= 0:
        if text.startswith(correct, start - at) and start >= at:
            return True
        at = correct.find(term, at + 1)
    return False


TERMS = Rule(
    id="terms",
    label=gettext_noop("Terminology"),
    explanation=gettext_noop("The glossary prescribes another word for %(term)s."),
    category=Category.TERMINOLOGY,
    severity=Severity.WARNING,
    find=find_replaceable,
    any_language=True,
)
FORBIDDEN = Rule(
    id="forbidden",
    label=gettext_noop("Forbidden word"),
    explanation=gettext_noop("The glossary does not allow %(term)s."),
    category=Category.TERMINOLOGY,
    severity=Severity.ERROR,
    clause="Ⅱ-7",
    find=find_forbidden,
    any_language=True,
)
