"""です・ます and である in one document: the sentences in the rarer style."""

from collections.abc import Iterator
from enum import Enum

from tasks_app.text.check.rule import Category, Rule, RuleHit, Setting, Severity, gettext_noop
from tasks_app.text.japanese.morphology import Analysed, Morpheme, Sentence


class Style(Enum):
    POLITE = "です・ます"
    PLAIN = "である"


MAX_SHOWN = 5
"""Sentences that are shown: who knows of these looks for the others."""

_POLITE = frozenset({"です", "ます", "ございます"})
_QUOTED = frozenset(">[＞")
"""A line that begins so quotes, or is a link."""

_OPENING = frozenset("・●○■□◆◇※*-－―（(①②③④⑤⑥⑦⑧⑨⑩")
"""A line that begins so is an item of a list, which may be in another style."""


def find(analysed: Analysed, _setting: Setting) -> Iterator[RuleHit]:
    """Of the body, of the items of lists, and of headings, each by itself."""
    shown = 0
    for styled in _by_part(analysed):
        polite = sum(style is Style.POLITE for _sentence, style in styled)
        if polite in (0, len(styled)):
            continue
        usual = Style.POLITE if polite * 2 >= len(styled) else Style.PLAIN
        others = [sentence for sentence, style in styled if style is not usual][: MAX_SHOWN - shown]
        shown += len(others)
        for sentence in others:
            yield RuleHit(start=sentence.start, end=sentence.end, details={"usual": usual.value})


def _by_part(analysed: Analysed) -> list[list[tuple[Sentence, Style]]]:
    parts: dict[str, list[tuple[Sentence, Style]]] = {"body": [], "item": [], "heading": []}
    for sentence in analysed.sentences:
        opening = analysed.text[sentence.start]
        if opening in _QUOTED:
            continue
        part = "heading" if opening == "#" else "item" if opening in _OPENING else "body"
        style = _style(analysed.text, sentence) if part == "body" else _style_of_line(sentence)
        if style:
            parts[part].append((sentence, style))
    return list(parts.values())


def _style_of_line(sentence: Sentence) -> Style | None:
    """Of what needs no full stop: only where it says です, ます or である in so many words."""
    words = [word for word in sentence.morphemes if not word.is_a("補助記号") and not word.is_a("空白")]
    while words and words[-1].is_a("助詞", "終助詞"):
        words.pop()
    if not words or not words[-1].form.startswith("終止形"):
        return None
    if any(word.base in _POLITE and word.is_a("助動詞") for word in words[-3:] if _ends(word, words)):
        return Style.POLITE
    return Style.PLAIN if [word.base for word in words[-2:]] == ["だ", "ある"] else None


def _style(text: str, sentence: Sentence) -> Style | None:
    """None for what is no whole sentence, such as a quotation or what ends in a noun."""
    if text[sentence.end - 1] != "。":
        return None
    words = [word for word in sentence.morphemes if not word.is_a("補助記号") and not word.is_a("空白")]
    asks = bool(words) and words[-1].surface == "か"
    while words and words[-1].is_a("助詞", "終助詞"):
        words.pop()
    if len(words) < 2 or sentence.morphemes[-2].surface in "」』）)":
        return None
    last = words[-1]
    if any(word.base in _POLITE and word.is_a("助動詞") for word in words[-3:] if _ends(word, words)):
        return Style.POLITE
    if last.surface in ("ください", "下さい"):
        return Style.POLITE
    if not asks and last.kind[0] in ("動詞", "形容詞", "助動詞") and last.form.startswith(("終止形", "連体形")):
        return Style.PLAIN
    return None


def _ends(word: Morpheme, words: list[Morpheme]) -> bool:
    """Whether nothing but auxiliaries follows."""
    return all(after.is_a("助動詞") for after in words[words.index(word) + 1 :])


RULE = Rule(
    id="style_mix",
    label=gettext_noop("Mixed style"),
    explanation=gettext_noop("The rest of the document uses the style %(usual)s."),
    category=Category.CONSISTENCY,
    severity=Severity.WARNING,
    clause="Ⅲ-1",
    find=find,
)
