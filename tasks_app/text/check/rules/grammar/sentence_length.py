"""Long sentences. Info only: of sentences spoken in assemblies a fifth is longer than the usual limit."""

from collections.abc import Iterator

from tasks_app.text.check.rule import Category, Profile, Rule, RuleHit, Setting, Severity, gettext_noop
from tasks_app.text.japanese.morphology import Analysed

LIMITS = {Profile.OFFICIAL: 100, Profile.NOTICE: 100, Profile.ASSEMBLY: 150, Profile.FREE: 120}
"""Characters of the longest sentence that nothing is said about."""


def find(analysed: Analysed, setting: Setting) -> Iterator[RuleHit]:
    limit = LIMITS[setting.profile]
    for sentence in analysed.sentences:
        length = sentence.end - sentence.start
        if length > limit and analysed.text[sentence.end - 1] in "。！？!?」）":
            yield RuleHit(start=sentence.start, end=sentence.end, details={"length": length, "limit": limit})


RULE = Rule(
    id="sentence_length",
    label=gettext_noop("Long sentence"),
    explanation=gettext_noop("The sentence has %(length)s characters, more than %(limit)s. Consider splitting it."),
    category=Category.READABILITY,
    severity=Severity.INFO,
    clause="Ⅲ-3",
    find=find,
)
