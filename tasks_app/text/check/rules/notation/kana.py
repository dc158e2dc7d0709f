"""Adverbs, conjunctions and pronouns that 公用文における漢字使用等について (2010) writes in kanji."""

import re
from collections.abc import Iterator

from tasks_app.text.check.rule import GUIDED, Category, Rule, RuleHit, Setting, Severity, first_of_each, gettext_noop
from tasks_app.text.japanese.morphology import Analysed

KANJI = {
    "かならずしも": "必ずしも", "かならず": "必ず", "すこし": "少し", "すでに": "既に", "ただちに": "直ちに",
    "はなはだ": "甚だ", "ふたたび": "再び", "まったく": "全く", "もっとも": "最も", "もっぱら": "専ら",
    "いたって": "至って", "おおいに": "大いに", "おそらく": "恐らく", "かろうじて": "辛うじて", "きわめて": "極めて",
    "すくなくとも": "少なくとも", "たえず": "絶えず", "たがいに": "互いに", "たとえば": "例えば", "つねに": "常に",
    "はじめて": "初めて", "はたして": "果たして", "がいして": "概して", "じつに": "実に", "せつに": "切に",
    "とくに": "特に", "とつぜん": "突然", "むろん": "無論", "おおきな": "大きな", "ちいさな": "小さな",
    "および": "及び", "または": "又は", "ならびに": "並びに", "もしくは": "若しくは", "われわれ": "我々",
    "わたくし": "私", "わたし": "私", "ぼく": "僕", "すべて": "全て", "いっそう": "一層", "さまざま": "様々",
    "ひとつ": "一つ", "ふたつ": "二つ", "とうぜん": "当然", "おのおの": "各々", "たいへん": "大変",
}  # fmt: skip
"""What is written in kana, and in kanji. 更に, 余り and others that are written in both ways are left out."""

_KANA = re.compile("|".join(sorted(KANJI, key=len, reverse=True)))
_OUR = re.compile("わが(?=国|市|町|村|県|区|党|社|家)")
_NO_WORD = ("助詞", "助動詞", "接尾辞", "動詞", "補助記号")


def find(analysed: Analysed, _setting: Setting) -> Iterator[RuleHit]:
    return first_of_each(_found(analysed))


def _found(analysed: Analysed) -> Iterator[RuleHit]:
    """Whole words only: おすべて and のもっともらしい hold none."""
    kinds = {word.start: word.kind[0] for word in analysed.morphemes}
    ends = {word.end for word in analysed.morphemes}
    for match in _KANA.finditer(analysed.text):
        kind = kinds.get(match.start())
        if kind is None or match.end() not in ends or kind in _NO_WORD:
            continue
        if match.group() == "もっとも" and (
            kind == "接続詞" or analysed.text[match.end() : match.end() + 1] in "、らな"
        ):
            continue
        yield RuleHit(start=match.start(), end=match.end(), suggestion=KANJI[match.group()])
    for match in _OUR.finditer(analysed.text):
        if match.start() in kinds:
            yield RuleHit(start=match.start(), end=match.end(), suggestion="我が")


RULE = Rule(
    id="kana",
    label=gettext_noop("Kana usually written in kanji"),
    explanation=gettext_noop("Official documents write this adverb, conjunction or pronoun in kanji."),
    category=Category.EXPRESSION,
    severity=Severity.WARNING,
    clause="Ⅰ-1",
    profiles=GUIDED,
    find=find,
)
