"""Many commas. Info only: a third of sentences spoken in assemblies has more than the usual limit."""

from collections.abc import Iterator

from tasks_app.text.morphology import Analysed, Sentence
from tasks_app.text.rules.rule import Category, Finding, Profile, Rule, Setting, Severity, gettext_noop

LIMITS = {Profile.OFFICIAL: 4, Profile.NOTICE: 4, Profile.ASSEMBLY: 6, Profile.FREE: 5}
"""The most commas in one sentence that nothing is said about."""


def find(analysed: Analysed, setting: Setting) -> Iterator[Finding]:
    limit = LIMITS[setting.profile]
    for sentence in analysed.sentences:
        commas = _commas(sentence)
        if commas > limit:
            yield Finding(start=sentence.start, end=sentence.end, details={"commas": commas, "limit": limit})


def _commas(sentence: Sentence) -> int:
    """Those between nouns only list things and do not count."""
    words = sentence.morphemes
    return sum(
        word.surface in ("、", "，")
        and not (0 < at < len(words) - 1 and words[at - 1].is_noun and words[at + 1].is_noun)
        for at, word in enumerate(words)
    )


RULE = Rule(
    id="commas",
    label=gettext_noop("Many commas"),
    explanation=gettext_noop("The sentence has %(commas)s commas, more than %(limit)s. Consider dividing it."),
    category=Category.READABILITY,
    severity=Severity.INFO,
    clause="Ⅲ-3",
    find=find,
)
