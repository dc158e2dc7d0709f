"""二重敬語: two honorific forms of the same kind for one verb."""

from collections.abc import Iterator, Sequence

from tasks_app.text.check.rule import Category, Rule, RuleHit, Setting, Severity, gettext_noop
from tasks_app.text.japanese.morphology import Analysed, Morpheme

HONORIFIC_VERBS = {
    "おっしゃる": "おっしゃ",
    "仰る": "おっしゃ",
    "いらっしゃる": "いらっしゃ",
    "召し上がる": "召し上が",
    "召しあがる": "召しあが",
    "めしあがる": "めしあが",
    "なさる": "なさ",
    "くださる": "くださ",
    "下さる": "下さ",
}
"""Each with its unchanging beginning."""

HUMBLE = frozenset(["拝見", "拝読", "拝聴", "拝受", "拝借", "拝察"])

STATES = frozenset(["元気", "病気", "世話", "年寄り", "一人", "二人", "客", "大事"])
"""One becomes 元気 oneself: no verb is honoured there."""

TITLES_WITH_RESPECT = frozenset({"各位", "御中", "殿", "様"})
SECOND_TITLE = frozenset({"様", "殿", "さま", "各位", "御中"})


def find(analysed: Analysed, _setting: Setting) -> Iterator[RuleHit]:
    for sentence in analysed.sentences:
        words = sentence.morphemes
        for index, word in enumerate(words):
            if word.base in ("れる", "られる") and word.is_a("助動詞") and index:
                yield from _passive_of_honorific(words, index)
            if word.surface in HUMBLE:
                yield from _doubly_humble(words, index)
            if word.surface in SECOND_TITLE and index and _has_title(words, index):
                former = words[index - 1]
                suggestion = "各位" if "各位" in (former.surface, word.surface) else former.surface
                yield RuleHit(start=former.start, end=word.end, suggestion=suggestion)


def _doubly_humble(words: Sequence[Morpheme], index: int) -> Iterator[RuleHit]:
    """ご拝読, 拝見させていただく."""
    word = words[index]
    if index and words[index - 1].surface in ("ご", "御"):
        yield RuleHit(start=words[index - 1].start, end=word.end, suggestion=word.surface)
    following = "".join(after.surface for after in words[index + 1 : index + 5])
    if following.startswith(("させていただ", "させて頂")):
        yield RuleHit(start=word.start, end=words[index + 4].end)


def _has_title(words: Sequence[Morpheme], index: int) -> bool:
    """Whether what is before the title at `index` is another one."""
    former = words[index - 1]
    return former.surface in TITLES_WITH_RESPECT and former.surface != words[index].surface


def _passive_of_honorific(words: Sequence[Morpheme], index: int) -> Iterator[RuleHit]:
    verb, ending = words[index - 1], words[index]
    if verb.base in HONORIFIC_VERBS:
        yield RuleHit(start=verb.start, end=ending.end, suggestion=_plain(HONORIFIC_VERBS[verb.base], words, index))
    if verb.base in ("なる", "成る") and index >= 3 and words[index - 2].surface == "に":
        start = _honoured(words, index - 3)
        if start is not None:
            between = "".join(word.surface for word in words[start : index - 1])
            suggestion = between + _plain("な", words, index)
            yield RuleHit(start=words[start].start, end=ending.end, suggestion=suggestion)


def _honoured(words: Sequence[Morpheme], index: int) -> int | None:
    """Where お帰り, ご覧 or お集まり begins that ends at `index`; None if nothing there is honoured."""
    if words[index].surface.lstrip("おご御") in STATES or "形状詞可能" in words[index].kind[2]:
        return None
    for at in (index, index - 1, index - 2):
        if at < 0:
            return None
        if words[at].surface.startswith(("お", "ご", "御")) and (at < index or len(words[at].surface) > 1):
            return at
        if words[at].is_a("助詞") or words[at].is_a("補助記号"):
            return None
    return None


def _plain(stem: str, words: Sequence[Morpheme], index: int) -> str:
    """The verb without its second ending, in the form that what follows asks for."""
    following = words[index + 1].surface if index + 1 < len(words) else ""
    if following.startswith("ま"):
        return stem + ("り" if stem == "な" or stem.startswith(("召", "め")) else "い")
    if following[:1] in ("た", "て"):
        return f"{stem}っ"
    if following.startswith(("ない", "ず")):
        return f"{stem}ら"
    return f"{stem}る"


RULE = Rule(
    id="doubled_honorific",
    label=gettext_noop("Doubled honorific"),
    explanation=gettext_noop("Two honorific forms are combined; one is enough."),
    category=Category.HONORIFIC,
    severity=Severity.WARNING,
    clause="Ⅱ-6",
    find=find,
)
