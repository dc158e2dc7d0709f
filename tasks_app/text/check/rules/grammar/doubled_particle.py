"""助詞の重複: a particle written twice, or を twice for one verb."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from tasks_app.text.check.rule import Category, Rule, RuleHit, Setting, Severity, gettext_noop
from tasks_app.text.japanese.morphology import Analysed, Morpheme

DOUBLED = frozenset([*"をがにはへでともの", "から", "まで", "より"])
CLASHING = frozenset([("が", "は"), ("を", "は"), ("が", "を"), ("を", "が")])
"""Never one after the other."""

LIGHT_VERBS = frozenset(["行う", "する", "進める", "図る", "求める", "始める", "終える", "続ける", "受ける"])

_LISTING = frozenset("てやかとばも")
_BREAKS = frozenset("、，,。「」『』（）()・：:／/")


def find(analysed: Analysed, _setting: Setting) -> Iterator[RuleHit]:
    for sentence in analysed.sentences:
        yield from _written_twice(sentence.morphemes)
        yield from _two_objects(sentence.morphemes)


def _written_twice(words: Sequence[Morpheme]) -> Iterator[RuleHit]:
    for first, second in pairwise(words):
        if (first.surface, second.surface) in CLASHING and first.is_a("助詞", "格助詞") and second.is_a("助詞"):
            yield RuleHit(start=first.start, end=second.end, details={"particle": first.surface + second.surface})
        if first.surface == second.surface in DOUBLED and _is_particle(first) and _is_particle(second):
            yield RuleHit(
                start=first.start, end=second.end, suggestion=first.surface, details={"particle": first.surface}
            )


def _two_objects(words: Sequence[Morpheme]) -> Iterator[RuleHit]:
    """資料を説明を行う: no verb takes two objects."""
    former: Morpheme | None = None
    for index, word in enumerate(words):
        if word.surface == "を" and word.is_a("助詞", "格助詞"):
            if former is not None and former.end != word.start and _is_of_same_verb(words, index):
                yield RuleHit(start=word.start, end=word.end, details={"particle": "を"})
            former = word
        elif former is not None and (_starts_anew(word) or _takes_object(words, index)):
            former = None


def _is_of_same_verb(words: Sequence[Morpheme], index: int) -> bool:
    """The second を: its verb ends the clause, or only does what a noun says.

    Otherwise it may well be that of another verb, as in サンプルを外国人を含む人々に配る.
    """
    at = index + 1
    while at < len(words) and words[at].is_noun:
        at += 1
    if at == len(words) or not words[at].is_a("動詞"):
        return False
    if at == index + 1 and "サ変可能" in words[index - 1].kind[2] and words[at].base in LIGHT_VERBS:
        return True
    while at < len(words) and (words[at].kind[0] in ("動詞", "助動詞") or _joins(words, at)):
        at += 1
    return at == len(words) or words[at].surface in "。、，！？」）"


def _joins(words: Sequence[Morpheme], at: int) -> bool:
    """The て of ている and its like."""
    return words[at].surface in ("て", "で") and at + 1 < len(words) and words[at + 1].is_a("動詞", "非自立可能")


def _starts_anew(word: Morpheme) -> bool:
    """After a predicate, a comma or a word that lists things, an object may come again."""
    if word.is_a("助詞"):
        return word.surface in _LISTING
    return word.surface in _BREAKS or word.kind[0] in ("動詞", "助動詞", "形容詞")


def _takes_object(words: Sequence[Morpheme], index: int) -> bool:
    """市民を対象に説明会を開く: such a noun with に or と stands for a verb of its own."""
    following = words[index + 1].surface if index + 1 < len(words) else ""
    return (words[index].is_noun or words[index].is_a("接尾辞")) and following in ("に", "と", "として", "まで")


def _is_particle(word: Morpheme) -> bool:
    """A second で is taken for the conjunction."""
    return word.kind[0] in ("助詞", "助動詞") or word.is_a("接続詞")


RULE = Rule(
    id="doubled_particle",
    label=gettext_noop("Repeated particle"),
    explanation=gettext_noop("Redundant particle: %(particle)s."),
    category=Category.GRAMMAR,
    severity=Severity.WARNING,
    clause="Ⅲ-3",
    find=find,
)
