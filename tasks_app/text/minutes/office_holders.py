"""Where the name ends and the office begins in labels such as 家壽田下水道河川課長, by the words they are made of."""

import re
from collections.abc import Sequence

from tasks_app.text.japanese.morphology import Analysed, Morpheme
from tasks_app.text.japanese.surnames import surname_at_start

LONGEST_SURNAME = 3
"""Characters of nearly all surnames."""

MAX_LABEL = 40
"""Characters of a label that are looked at: no office has a longer name."""

_KANJI = re.compile("[一-鿿㐀-䶿豈-﫿々]+")
_PLACE_ENDS = frozenset("都道府県市区町村郡")
_BRANCHES = ("支店", "支社", "支所", "支局", "営業所", "出張所", "事務所", "図書館", "公民館", "消防署", "駅")
_OFFICE_STARTS = frozenset("都道府県市区町村国新旧北南東西中上下総副正本各全同当子")
"""Single characters with which offices begin that carry no name."""

_SINGLE = _OFFICE_STARTS | frozenset("課部局室係所館住水税農林港財")
"""Those of which departments are made."""


def office_holder(label: str) -> str:
    """The name at the start of `label`, an office with its department; empty where it is the office alone."""
    words = _words(label)
    if _begins_with_surname(words):
        return _whole_name(words)
    if known := surname_at_start(label):
        return known
    return _unknown_surname(label, words)


def is_surname(text: str) -> bool:
    """Whether the dictionary knows it as one, such as 渡部."""
    words = _words(text)
    return len(words) == 1 and words[0].is_a("名詞", "固有名詞", "人名", "姓")


def is_full_name(text: str) -> bool:
    """A surname and a given name, and nothing else."""
    words = _words(text)
    kinds = [word.kind[3] for word in words if word.is_a("名詞", "固有名詞", "人名")]
    return len(words) == 2 and kinds == ["姓", "名"]


def is_common(text: str) -> bool:
    """Whether it is made of common nouns alone."""
    return all(word.is_a("名詞", "普通名詞") and len(word.surface) > 1 for word in _words(text))


def _words(text: str) -> Sequence[Morpheme]:
    return Analysed(text[:MAX_LABEL]).morphemes


def _begins_with_surname(words: Sequence[Morpheme]) -> bool:
    """A place in this position mostly is a surname too, unless what follows belongs to the place."""
    if len(words) < 2 or len(words[0].surface) > LONGEST_SURNAME:
        return False
    first = words[0]
    if first.is_a("名詞", "固有名詞", "人名"):
        return True
    following = "".join(word.surface for word in words[1:3])
    if first.is_noun and words[1].is_a("名詞", "固有名詞", "地名"):
        return True
    return (
        first.is_a("名詞", "固有名詞", "地名")
        and first.surface[-1] not in _PLACE_ENDS
        and following[0] not in _PLACE_ENDS
        and not following.startswith(_BRANCHES)
    )


def _whole_name(words: Sequence[Morpheme]) -> str:
    """With a given name, or with the last character of a surname that the dictionary knows without it, as 野田口."""
    second = words[1]
    if second.is_a("名詞", "固有名詞", "人名", "名") and len(second.surface) > 1:
        return words[0].surface + second.surface
    ends_name = len(second.surface) == 1 and second.kind[0] in ("名詞", "接尾辞") and second.surface not in _SINGLE
    if ends_name and len(words) > 3 and len(words[2].surface) > 1:
        return words[0].surface + second.surface
    return words[0].surface


def _unknown_surname(label: str, words: Sequence[Morpheme]) -> str:
    """Of a surname that the dictionary lacks, and so takes apart: the least whose rest is made of known words."""
    if len(words) < 2:
        return ""
    if len(words[0].surface) == 1 and words[1].is_a("名詞", "固有名詞", "地名"):
        return words[0].surface + words[1].surface
    if words[0].surface in _OFFICE_STARTS or label.startswith("上下") or words[0].kind[0] not in ("名詞", "接頭辞"):
        return ""
    for size in range(1, LONGEST_SURNAME + 1):
        rest = _words(label[size:])
        if len(rest) > 1 and len(rest[0].surface) > 1 and rest[0].is_a("名詞", "普通名詞") and rest[1].is_noun:
            is_name = _KANJI.fullmatch(label[:size]) and not _is_one_word(label[:size])
            return label[:size] if is_name else ""
    return ""


def _is_one_word(text: str) -> bool:
    words = _words(text)
    return len(words) == 1 and len(text) > 1 and words[0].is_a("名詞", "普通名詞")
