"""表記ゆれ: one word written in several ways in one document."""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from tasks_app.text.check.rule import Category, Rule, RuleHit, Setting, Severity, gettext_noop
from tasks_app.text.japanese.morphology import Analysed, Morpheme

_KANJI = re.compile(r"[一-鿿々]")
_HIRAGANA = re.compile("^[ぁ-ゖ]")
"""A noun in kana beside one in kanji is a choice for names and for readers: こども家庭庁, まなび館."""

_KATAKANA = re.compile(r"[ァ-ヺー]{3,}")
_LATIN = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ]{2,}")
_NOT_PROSE = re.compile(r"(?:https?://|www\.)\S+|(?<![^\s@])[^\s@]++@\S+|[（(][ぁ-ゖァ-ヺー、・　 ]++[）)]")
"""Addresses, and readings in brackets."""

FORMAL_NOUNS = frozenset(
    [
        "子供",
        "通り",
        "他",
        "等",
        "達",
        "共",
        "毎",
        "頃",
        "程",
        "迄",
        "積もり",
        "所",
        "為",
        "筈",
        "訳",
        "方",
        "儘",
        "故",
        "際",
    ]
)
"""Written in kana or kanji by what they mean in the sentence, and not by habit."""


def find(analysed: Analysed, _setting: Setting) -> Iterator[RuleHit]:
    """The rarer spellings, the commonest being the suggestion; of equals, the one that comes first."""
    groups: defaultdict[str, list[tuple[Morpheme, str]]] = defaultdict(list)
    aside = [found.span() for found in _NOT_PROSE.finditer(analysed.text)]
    for sentence in analysed.sentences:
        for index, word in enumerate(sentence.morphemes):
            key = _key(word)
            if key and not _is_part_of_compound(sentence.morphemes, index) and not _is_in(word, aside):
                groups[key].append((word, _spelled(word)))
    for words in groups.values():
        counted = Counter(spelling for _word, spelling in words)
        if len(counted) > 1:
            usual = counted.most_common(1)[0][0]
            for word, spelling in words:
                if spelling != usual and not any(map(_HIRAGANA.search, (spelling[:2], usual[:2]))):
                    yield RuleHit(
                        start=word.start,
                        end=word.end,
                        suggestion=usual if word.is_noun else "",
                        details={"usual": usual, "times": counted[usual]},
                    )


def _spelled(word: Morpheme) -> str:
    """As it stands; of a verb, its dictionary form, as endings change."""
    return word.surface if word.is_noun else word.base


def _is_in(word: Morpheme, spans: Sequence[tuple[int, int]]) -> bool:
    """`spans` do not overlap and rise."""
    before = bisect_right(spans, word.start, key=lambda span: span[0])
    return before > 0 and word.start < spans[before - 1][1]


def _key(word: Morpheme) -> str:
    """What the spellings of a word share; "" for words that are no concern of this rule."""
    if word.is_noun and _KATAKANA.fullmatch(word.surface):
        return word.normal.rstrip("ー")
    if word.is_noun and _LATIN.fullmatch(word.surface):
        return unicodedata.normalize("NFKC", word.surface)
    if word.kind[:2] in (("動詞", "一般"), ("形容詞", "一般")):
        if word.form == "連用形-一般":  # 受取り and 使い方 may as well be nouns
            return ""
        return (
            f"{word.normal} {word.inflection} {''.join(_KANJI.findall(word.base))}" if _KANJI.search(word.base) else ""
        )
    if not word.is_a("名詞", "普通名詞") or len(word.surface) < 2 or word.normal in FORMAL_NOUNS:
        return ""
    if "（" in word.surface or "(" in word.surface:  # a word with its reading behind it is taken for one
        return ""
    if "助数詞" in word.kind[2] or "副詞可能" in word.kind[2]:
        return ""
    return word.normal


def _is_part_of_compound(words: Sequence[Morpheme], index: int) -> bool:
    """申込期限 beside 申込み is no inconsistency: compounds drop okurigana by custom."""
    if not words[index].is_noun or not _KANJI.search(words[index].surface):
        return False
    around = [words[at] for at in (index - 1, index + 1) if 0 <= at < len(words)]
    return any(word.is_noun or word.is_a("接尾辞") for word in around)


RULE = Rule(
    id="spelling",
    label=gettext_noop("Spelling variants"),
    explanation=gettext_noop(
        "The document also writes %(usual)s (%(times)s times). Use one spelling for the same word."
    ),
    category=Category.CONSISTENCY,
    severity=Severity.INFO,
    clause="Ⅰ-2",
    find=find,
)
