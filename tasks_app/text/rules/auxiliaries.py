"""Words that official texts write in kana: auxiliary verbs after て, and nouns that only hold a clause."""

from collections.abc import Iterator, Sequence

from tasks_app.text.morphology import Analysed, Morpheme
from tasks_app.text.rules.rule import GUIDED, Category, Finding, Rule, Setting, Severity, gettext_noop

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
}
"""By dictionary form: how the word begins in kanji and in kana."""

NOUNS = {"為": "ため", "事": "こと", "筈": "はず"}
_FORMS_OF_COMING = {"未然形": "こ", "連用形": "き", "終止形": "く", "連体形": "く", "仮定形": "く", "命令形": "こ"}


def find(analysed: Analysed, _setting: Setting) -> Iterator[Finding]:
    for sentence in analysed.sentences:
        words = sentence.morphemes
        for index, word in enumerate(words[1:], start=1):
            former = words[index - 1]
            if former.surface in ("て", "で") and former.is_a("助詞", "接続助詞") and word.base in AUXILIARIES:
                yield from _in_kana(word)
            elif word.base == "出来る" and word.surface.startswith("出来"):
                yield Finding(start=word.start, end=word.end, suggestion="でき" + word.surface[2:])
            elif word.surface in NOUNS and _holds_clause(words, index):
                yield Finding(start=word.start, end=word.end, suggestion=NOUNS[word.surface])


def _in_kana(word: Morpheme) -> Iterator[Finding]:
    kanji, kana = AUXILIARIES[word.base]
    if not word.surface.startswith(kanji):
        return
    if word.base == "来る":
        kana = _FORMS_OF_COMING.get(word.form[:3], "く")
    yield Finding(start=word.start, end=word.end, suggestion=kana + word.surface[1:])


def _holds_clause(words: Sequence[Morpheme], index: int) -> bool:
    former = words[index - 1]
    if former.kind[0] in ("動詞", "形容詞", "助動詞"):
        return former.form.startswith(("連体形", "終止形"))
    return words[index].surface == "為" and former.surface in ("の", "この", "その")


RULE = Rule(
    id="auxiliaries",
    label=gettext_noop("Kanji where kana are usual"),
    explanation=gettext_noop("Official texts write auxiliary verbs and such nouns as こと and ため in kana."),
    category=Category.EXPRESSION,
    severity=Severity.WARNING,
    clause="Ⅰ-1",
    profiles=GUIDED,
    find=find,
)
