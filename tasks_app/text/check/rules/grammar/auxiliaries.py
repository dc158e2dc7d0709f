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
        (r"(?<=と)共(?=に(?!ある|あり)[、ぁ-ん一-鿿])", "とも"),
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
        (r"(?<=[一-鿿ぁ-んァ-ヶー])に付いて(?=は|の|も|、)", "について"),
        (r"(?<=[日月年円人名度回割時間分％%ヶー])(?:位|くらい位)(?=[のはでにを、。])", "くらい"),
        (r"(?<=[日月年人名回円割日分まれこそあどの])迄(?=[に、。のをでは])?", "まで"),
        (r"(?<=[日月年人名回円週度戸件か所ごつ])毎(?=に)", "ごと"),
        (r"其の(?=[一-鿿ァ-ヶ])", "その"),
        (r"此の(?=[一-鿿ァ-ヶ])", "この"),
        (r"或いは|或は", "あるいは"),
        (r"何故", "なぜ"),
        (r"何処", "どこ"),
        (r"此処", "ここ"),
        (r"沢山(?=の|あ|い)", "たくさん"),
        (r"(?<=に)過ぎ(?=ない|ません|なか|ず)", "すぎ"),
        (r"(?<=かも)知れ(?=ない|ません|なか)", "しれ"),
        (r"(?<=[てで])御座い", "ござい"),
        (r"有り?難う", "ありがとう"),
        (r"宜しく", "よろしく"),
        (r"(?<=[てで])良い(?=。|か|と|です|もの)", "よい"),
        (r"(?<=に)(?:亘|渡)(?=って|り)(?!って来|って行)", "わた"),
        (r"(?:(?<=^)|(?<=[\n。　]))即ち(?=、)?", "すなわち"),
        (r"(?:(?<=^)|(?<=[\n。　]))若しも?(?=、)", "もし"),
        (r"(?:(?<=^)|(?<=[\n。　]))然し(?=、)", "しかし"),
        (r"(?<=[るたい])(?:訳)(?=では|で(?:あ|す)|に(?:は|も))", "わけ"),
        (r"(?<=[るたい])(?:所)(?=で(?:あ|す|ご)|が(?:、|あ)|、)", "ところ"),
        (r"(?<=[るたい])(?:時)(?=(?:は|に)、)", "とき"),
        (r"(?<=[でくがはもも])無い(?=。|こと|場合|もの|ため|よう)", "ない"),
        (r"(?<=[てで])仕舞", "しま"),
    )
)

_LINKS = (
    "において",
    "について",
    "に対して",
    "として",
    "によって",
    "に関して",
    "をもって",
    "を通じて",
    "に向けて",
    "に際して",
    "にわたって",
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
        if word.base == "行く" and word.surface == "行っ" and (_links(words, index) or _goes_on(words, index)):
            return False
        moves = index > 1 and words[index - 2].base in MOVING and word.base in ("行く", "来る")
        return not moves
    return word.base in AFTER_NOUNS and _completes(former)


def _links(words: Sequence[Morpheme], index: int) -> bool:
    """において行った is おこなった."""
    return "".join(word.surface for word in words[max(0, index - 4) : index]).endswith(_LINKS)


def _goes_on(words: Sequence[Morpheme], index: int) -> bool:
    """行っている and 行っていく are おこなって."""
    following = "".join(word.surface for word in words[index + 1 : index + 4])
    return following.startswith(("てい", "ており", "ておら", "てき", "てまい", "てござ"))


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
