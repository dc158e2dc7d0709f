"""Words that official texts write in kana: auxiliary verbs, conjunctions, nouns that only hold a clause."""

import re
from collections.abc import Iterator, Sequence

from tasks_app.text.check.rule import GUIDED, Category, Rule, RuleHit, Setting, Severity, gettext_noop, replaced
from tasks_app.text.japanese.morphology import Analysed, Morpheme

AUXILIARIES = {
    "下さる": ("下", "くだ"),
    "頂く": ("頂", "いただ"),
    "戴く": ("戴", "いただ"),
    "行く": ("行", "い"),
    "来る": ("来", "く"),
    "見る": ("見", "み"),
    "置く": ("置", "お"),
    "居る": ("居", "い"),
    "欲しい": ("欲", "ほ"),
    "貰う": ("貰", "もら"),
    "致す": ("致", "いた"),
}
"""By dictionary form: how the word begins in kanji and in kana."""

NOUNS = {"為": "ため", "事": "こと", "筈": "はず"}
AFTER_NOUNS = frozenset(["下さる", "頂く", "戴く", "致す"])
"""お待ち下さい, 御協力頂く, お願い致します: auxiliary also after a noun or a verb, unless it has an object."""

MOVING = frozenset(
    ["持つ", "連れる", "歩く", "帰る", "戻る", "走る", "出る", "乗る", "取る", "買う", "見る", "やる", "かける"]
)
"""持って来る, 歩いて行く: somebody really comes or goes."""

PHRASES = tuple(
    (re.compile(pattern), kana)
    for pattern, kana in (
        (r"(?<=[一-鿿ぁ-ん]に)於(?=いて|ける)", "お"),
        (r"(?<=に)依(?=り|る|って)", "よ"),
        (r"(?<=と)共(?=に[、ぁ-ん一-鿿])", "とも"),
        (r"(?<=に)(?:拘らず|関わらず)", "かかわらず"),
        (r"(?:(?<=^)|(?<=[\n。　]))但し(?=、)", "ただし"),
        (r"(?:(?<=^)|(?<=[\n。　]))尚(?=、)", "なお"),
        (r"(?:(?<=^)|(?<=[\n。　]))又(?=、)", "また"),
        (r"(?:(?<=^)|(?<=[\n。　]))従って(?=、)", "したがって"),
        (r"(?<=[次記紙下上]の)通り(?=です|で|に|、|。|と|$)", "とおり"),
        (r"(?:(?<=予定)|(?<=計画)|(?<=従来)|(?<=想定)|(?<=期待))通り", "どおり"),
        (r"(?<=[次記紙下上前]の)様(?=に|な|で)", "よう"),
        (r"(?<=[るいた])様(?=に[、ぁ-ん一-鿿]|な[ぁ-ん一-鿿])", "よう"),
        (r"殆ど", "ほとんど"),
    )
)

_FORMS_OF_COMING = {"未然形": "こ", "連用形": "き", "終止形": "く", "連体形": "く", "仮定形": "く", "命令形": "こ"}


def find(analysed: Analysed, _setting: Setting) -> Iterator[RuleHit]:
    for pattern, kana in PHRASES:
        yield from replaced(analysed.text, pattern, kana)
    for sentence in analysed.sentences:
        words = sentence.morphemes
        for index, word in enumerate(words[1:], start=1):
            if word.base in AUXILIARIES and _is_auxiliary(words, index):
                yield from _in_kana(word)
            elif word.base == "出来る" and word.surface.startswith("出来"):
                yield RuleHit(start=word.start, end=word.end, suggestion="でき" + word.surface[2:])
            elif word.surface in NOUNS and _holds_clause(words, index):
                yield RuleHit(start=word.start, end=word.end, suggestion=NOUNS[word.surface])


def _is_auxiliary(words: Sequence[Morpheme], index: int) -> bool:
    word, former = words[index], words[index - 1]
    if former.surface in ("て", "で") and former.is_a("助詞", "接続助詞"):
        moves = index > 1 and words[index - 2].base in MOVING and word.base in ("行く", "来る")
        return not moves
    return word.base in AFTER_NOUNS and _completes(former)


def _completes(former: Morpheme) -> bool:
    return former.is_a("動詞") or "サ変可能" in former.kind[2] or former.surface in ("御覧", "ご覧", "越し")


def _in_kana(word: Morpheme) -> Iterator[RuleHit]:
    kanji, kana = AUXILIARIES[word.base]
    if not word.surface.startswith(kanji):
        return
    if word.base == "来る":
        kana = _FORMS_OF_COMING.get(word.form[:3], "く")
    yield RuleHit(start=word.start, end=word.end, suggestion=kana + word.surface[1:])


def _holds_clause(words: Sequence[Morpheme], index: int) -> bool:
    former = words[index - 1]
    if former.kind[0] in ("動詞", "形容詞", "助動詞"):
        return former.form.startswith(("連体形", "終止形"))
    return words[index].surface == "為" and former.surface in ("の", "この", "その")


RULE = Rule(
    id="auxiliaries",
    label=gettext_noop("Kanji usually written in kana"),
    explanation=gettext_noop(
        "Official documents write auxiliary verbs and formal nouns such as こと and ため in kana."
    ),
    category=Category.EXPRESSION,
    severity=Severity.WARNING,
    clause="Ⅰ-1",
    profiles=GUIDED,
    find=find,
)
