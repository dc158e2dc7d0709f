"""Many commas. Info only: a third of sentences spoken in assemblies has more than the usual limit."""

from collections.abc import Iterator

from tasks_app.text.check.rule import Category, Profile, Rule, RuleHit, Setting, Severity, gettext_noop
from tasks_app.text.japanese.morphology import Analysed, Morpheme, Sentence

LIMITS = {Profile.OFFICIAL: 4, Profile.NOTICE: 4, Profile.ASSEMBLY: 6, Profile.FREE: 5}
"""The most commas in one sentence that nothing is said about."""


def find(analysed: Analysed, setting: Setting) -> Iterator[RuleHit]:
    limit = LIMITS[setting.profile]
    for sentence in analysed.sentences:
        commas = _commas(sentence)
        if commas > limit:
            yield RuleHit(start=sentence.start, end=sentence.end, details={"commas": commas, "limit": limit})


def _commas(sentence: Sentence) -> int:
    """Those between nouns only list things and do not count."""
    words = sentence.morphemes
    inner = zip(words, words[1:], words[2:], strict=False)
    return sum(comma.surface in ("、", "，") and not _lists(before, after) for before, comma, after in inner)


def _lists(before: Morpheme, after: Morpheme) -> bool:
    """Nouns of time, as in 昨年度、 only begin a clause."""
    ends_item = (before.is_noun and "副詞可能" not in before.kind[2]) or before.is_a("接尾辞")
    return ends_item and (after.is_noun or after.is_a("接頭辞"))


RULE = Rule(
    id="commas",
    label=gettext_noop("Many commas"),
    explanation=gettext_noop("The sentence has %(commas)s commas, more than %(limit)s. Consider splitting it."),
    category=Category.READABILITY,
    severity=Severity.INFO,
    clause="Ⅲ-3",
    find=find,
)
