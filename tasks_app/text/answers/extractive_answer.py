"""An answer without a model: the sentences of the passages that hold most of what the question asks about."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tasks_app.text.answers import bm25
from tasks_app.text.answers.citations import Passage
from tasks_app.text.japanese.bigrams import HIRAGANA
from tasks_app.text.japanese.folding import fold
from tasks_app.text.japanese.sentences import spans

MAX_QUOTES = 3

_WORD = re.compile(r"[一-鿿々]{2,}|[ァ-ヺー]{2,}|[a-z]{2,}|\d+")

MAX_LENGTH = 400
"""Characters of a sentence that can be quoted; longer ones are tables or lists that were never sentences."""

ANSWERABLE = 0.8
"""Least sum of two shares, of a question's words and of what its pairs of characters tell, that the best passage must
hold, or nothing there answers. Of 150 questions about other articles than those searched 87 % fell below; of 150 about
these, 4 %. Where a question has no words to look for, half of it."""

PASSAGE_SHARE = 0.5
"""What the passage around a sentence counts for, beside the sentence itself."""


@dataclass(frozen=True, kw_only=True)
class Quote:
    """[start, end) of passage number `passage`."""

    passage: int
    start: int
    end: int
    score: float


def quotes(question: str, passages: Sequence[Passage], total: int) -> list[Quote]:
    """The best first; none where no passage answers. `total` is how many chunks the passages were chosen from."""
    texts = [fold(passage.text) for passage in passages]
    weighed = bm25.weights(question, texts, total)
    covered = [bm25.coverage(weighed, text) for text in texts]
    if not _answerable(question, weighed, texts):
        return []
    best = max(covered)
    found = [
        quote
        for passage, share in zip(passages, covered, strict=True)
        for quote in _of(passage, weighed, PASSAGE_SHARE * share / best)
    ]
    return sorted(found, key=lambda quote: -quote.score)[:MAX_QUOTES]


def _answerable(question: str, weighed: bm25.Weights, texts: Sequence[str]) -> bool:
    words = _WORD.findall(fold(question))
    pairs = {gram: weight for gram, weight in weighed.items() if len(gram) > 1 and not HIRAGANA.fullmatch(gram)}
    least = ANSWERABLE if words else ANSWERABLE / 2
    length = sum(map(len, words)) or 1
    return any(
        sum(len(word) for word in words if word in text) / length + bm25.coverage(pairs or weighed, text) >= least
        for text in texts
    )


def _of(passage: Passage, weighed: bm25.Weights, around: float) -> Iterator[Quote]:
    for start, end in spans(passage.text):
        sentence = passage.text[start:end]
        if not sentence.strip() or len(sentence) > MAX_LENGTH:
            continue
        own = bm25.coverage(weighed, fold(sentence))
        if own:
            yield Quote(
                passage=passage.number,
                start=start + len(sentence) - len(sentence.lstrip()),
                end=start + len(sentence.rstrip()),
                score=own + around,
            )
