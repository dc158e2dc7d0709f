"""表記ゆれ: one word written in several ways in one document."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from tasks_app.text.morphology import Analysed, Morpheme
from tasks_app.text.rules.rule import Category, Finding, Rule, Setting, Severity, gettext_noop

_KANJI = re.compile(r"[一-鿿々]")
_KATAKANA = re.compile(r"[ァ-ヺー]{3,}")
_LATIN = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ]")

FORMAL_NOUNS = frozenset(["通り", "他", "等", "達", "共", "毎", "頃", "程", "迄"])
"""Written in kana or kanji by what they mean in the sentence, and not by habit."""


def find(analysed: Analysed, _setting: Setting) -> Iterator[Finding]:
    """The rarer spellings, the commonest being the suggestion; of equals, the one that comes first."""
    groups: defaultdict[str, list[Morpheme]] = defaultdict(list)
    for sentence in analysed.sentences:
        for index, word in enumerate(sentence.morphemes):
            if key := _key(word):
                if _is_part_of_compound(sentence.morphemes, index):
                    continue
                groups[key].append(word)
    for words in groups.values():
        counted = Counter(word.surface for word in words)
        if len(counted) > 1:
            usual = counted.most_common(1)[0][0]
            for word in words:
                if word.surface != usual:
                    yield Finding(
                        start=word.start,
                        end=word.end,
                        suggestion=usual,
                        details={"usual": usual, "times": counted[usual]},
                    )


def _key(word: Morpheme) -> str:
    """What the spellings of a word share; "" for words that are no concern of this rule."""
    if _KATAKANA.fullmatch(word.surface) and word.is_noun:
        return word.normal.rstrip("ー")
    if not word.is_a("名詞", "普通名詞") or len(word.surface) < 2 or word.normal in FORMAL_NOUNS:
        return ""
    if "助数詞" in word.kind[2] or "副詞可能" in word.kind[2] or _LATIN.search(word.surface):
        return ""
    return word.normal


def _is_part_of_compound(words: Sequence[Morpheme], index: int) -> bool:
    """申込期限 beside 申込み is no inconsistency: compounds drop okurigana by custom."""
    if not _KANJI.search(words[index].surface):
        return False
    around = [words[at] for at in (index - 1, index + 1) if 0 <= at < len(words)]
    return any(word.is_noun or word.is_a("接尾辞") for word in around)


RULE = Rule(
    id="spelling",
    label=gettext_noop("Spelling variants"),
    explanation=gettext_noop("The document also writes %(usual)s (%(times)s times). Write the same word in one way."),
    category=Category.CONSISTENCY,
    severity=Severity.WARNING,
    clause="Ⅰ-2",
    find=find,
)
