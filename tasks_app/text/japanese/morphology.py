"""A text taken apart once: sentences and morphemes, each with its exact place."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import sudachipy

from tasks_app.text.japanese import sentences

MAX_CHARACTERS = 8_000
"""Sudachi refuses more than 49,149 bytes; a character has at most four."""

JAPANESE_SHARE = 0.1
"""A text whose letters are Japanese to a smaller share than this is in another language."""

_KANA_OR_KANJI = re.compile(r"[ぁ-ゖァ-ヺｦ-ﾟ一-鿿々〆]")
_LETTER = re.compile(r"[^\W\d_]")
_KANA = re.compile(r"[ぁ-ゖァ-ヺ]")


@dataclass(frozen=True, slots=True)
class Morpheme:
    """`text[start:end]` as UniDic analyses it: `kind` is its part of speech, `form` its inflection, "" if it has none.

    `base` is the dictionary form, `normal` the form that spelling variants share.
    """

    start: int
    end: int
    surface: str
    kind: tuple[str, ...]
    inflection: str
    form: str
    base: str
    normal: str

    def is_a(self, *kind: str) -> bool:
        return self.kind[: len(kind)] == kind

    @property
    def is_noun(self) -> bool:
        return self.kind[0] == "名詞"


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text[start:end]` without the space around it."""

    start: int
    end: int
    morphemes: Sequence[Morpheme]


@cache
def _dictionary() -> Callable[[str], Sequence[Any]]:
    """Loaded when a process first needs it: it takes about 0.2 s and 100 MB."""
    tokenizer = sudachipy.Dictionary(dict="small").tokenizer(mode=sudachipy.SplitMode.C)
    tokenize: Callable[[str], Sequence[Any]] = tokenizer.tokenize
    return tokenize


class Analysed:
    """A text and what its grammar is."""

    def __init__(self, text: str, check: Callable[[], None] = lambda: None) -> None:
        """`check` is called now and then while the text is taken apart; it may raise to give up."""
        self.text = text
        self._check = check

    @cached_property
    def is_japanese(self) -> bool:
        """Kana must be there too: Chinese has none."""
        letters = len(_LETTER.findall(self.text))
        japanese = len(_KANA_OR_KANJI.findall(self.text))
        return bool(_KANA.search(self.text)) and japanese >= letters * JAPANESE_SHARE

    @cached_property
    def sentences(self) -> list[Sentence]:
        return list(self._taken_apart())

    @cached_property
    def morphemes(self) -> list[Morpheme]:
        return [morpheme for sentence in self.sentences for morpheme in sentence.morphemes]

    def _taken_apart(self) -> Iterator[Sentence]:
        for start, end in sentences.spans(self.text):
            sentence = self.text[start:end]
            if not sentence.strip():
                continue
            self._check()
            start += len(sentence) - len(sentence.lstrip())
            end = start + len(sentence.strip())
            yield Sentence(start, end, list(self._morphemes(start, end)))

    def _morphemes(self, start: int, end: int) -> Iterator[Morpheme]:
        for piece in range(start, end, MAX_CHARACTERS):
            for found in _dictionary()(self.text[piece : min(piece + MAX_CHARACTERS, end)]):
                kind = found.part_of_speech()
                yield Morpheme(
                    start=piece + found.begin(),
                    end=piece + found.end(),
                    surface=found.surface(),
                    kind=tuple(kind[:4]),
                    inflection=kind[4] if kind[4] != "*" else "",
                    form=kind[5] if kind[5] != "*" else "",
                    base=found.dictionary_form(),
                    normal=found.normalized_form(),
                )


@cache
def inflection_of(verb: str) -> str:
    """How a verb inflects by itself, such as 上一段-マ行; "" if it is no verb."""
    (*_, last) = _dictionary()(verb)
    kind = last.part_of_speech()
    return kind[4] if kind[0] == "動詞" and last.begin() == 0 else ""
