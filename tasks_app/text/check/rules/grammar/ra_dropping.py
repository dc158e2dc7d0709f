"""ら抜き: the potential of ichidan verbs and of 来る without its ら."""

from collections.abc import Iterator

from tasks_app.text.check.rule import Category, Rule, RuleHit, Setting, Severity, gettext_noop
from tasks_app.text.japanese.morphology import Analysed, Morpheme, inflection_of

_WITH_RA = ("上一段", "下一段", "カ行変格")


def find(analysed: Analysed, _setting: Setting) -> Iterator[RuleHit]:
    for sentence in analysed.sentences:
        words = sentence.morphemes
        for former, word in zip((None, *words), words, strict=False):
            if _drops_ra(word):
                at = len(word.base) - 2
                suggestion = f"{word.surface[:at]}ら{word.surface[at:]}"
                yield RuleHit(start=word.start, end=word.end, suggestion=suggestion)
            elif former is not None and _lacks_ra(former, word):
                suggestion = f"{former.surface}ら{word.surface}"
                yield RuleHit(start=former.start, end=word.end, suggestion=suggestion)


def _drops_ra(word: Morpheme) -> bool:
    """The dictionary holds such forms as verbs of their own, normalised to the verb they come from."""
    return (
        word.is_a("動詞")
        and word.inflection == "下一段-ラ行"
        and word.base.endswith("れる")
        and word.base != word.normal
        and not word.normal.endswith("れる")
        and inflection_of(word.normal).startswith(_WITH_RA)
    )


def _lacks_ra(verb: Morpheme, auxiliary: Morpheme) -> bool:
    """After such verbs the auxiliary is られる."""
    return (
        verb.is_a("動詞")
        and verb.inflection.startswith(_WITH_RA)
        and auxiliary.is_a("助動詞")
        and auxiliary.base == "れる"
    )


RULE = Rule(
    id="ra_dropping",
    label=gettext_noop("Dropped ら in potential"),
    explanation=gettext_noop("The ら of the potential form is missing; keep it in writing."),
    category=Category.GRAMMAR,
    severity=Severity.WARNING,
    clause="Ⅱ-6",
    find=find,
)
