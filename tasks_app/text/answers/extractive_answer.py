"""An answer without a model: the sentences of the passages that hold most of what the question asks about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tasks_app.text.answers import bm25
from tasks_app.text.answers.citations import Passage
from tasks_app.text.answers.question_words import content_words, holds, informative, is_telling
from tasks_app.text.japanese.folding import fold
from tasks_app.text.japanese.sentences import spans

MAX_QUOTES = 3

MAX_LENGTH = 400
"""Characters of a sentence that can be quoted; longer ones are tables or lists that were never sentences."""

ANSWERABLE = 0.8
"""Least sum of two shares, of a question's words and of what its pairs of characters tell, that the best passage must
hold, or nothing there answers. Of 150 questions about other articles than those searched 87 % fell below; of 150 about
these, 4 %. Where a question has no words to look for, half of it."""

PASSAGE_SHARE = 0.5
"""What the passage around a sentence counts for, beside the sentence itself."""

NEW_SHARE = 2.0
"""What a sentence counts for that holds what no sentence chosen before it does, beside the sentence itself."""


@dataclass(frozen=True, kw_only=True)
class Quote:
    """[start, end) of passage number `passage`."""

    passage: int
    start: int
    end: int
    score: float


@dataclass(frozen=True, kw_only=True)
class _Candidate:
    """A sentence that might be quoted; `grams` of the question are in it."""

    quote: Quote
    grams: frozenset[str]


def quotes(question: str, passages: Sequence[Passage], total: int) -> list[Quote]:
    """Sentences that together meet as much of the question as they can; none where no passage answers.

    `total` is how many chunks the passages were chosen from.
    """
    texts = [fold(passage.text) for passage in passages]
    weights = informative(bm25.weights(question, texts, total), question)
    covered = [_share(weights, text) for text in texts]
    if not any(covered) or not _answerable(question, weights, texts):
        return []
    best = max(covered)
    found = [
        candidate
        for passage, share in zip(passages, covered, strict=True)
        for candidate in _of(passage, weights, PASSAGE_SHARE * share / best)
    ]
    return _complementary(found, weights)


def _complementary(found: list[_Candidate], weights: Mapping[str, float]) -> list[Quote]:
    """The best, then those that are good and add what is missing."""
    whole = sum(weights.values())
    chosen: list[Quote] = []
    met: frozenset[str] = frozenset()
    for _count in range(min(MAX_QUOTES, len(found))):
        best = max(
            found, key=lambda one: one.quote.score + NEW_SHARE * sum(weights[gram] for gram in one.grams - met) / whole
        )
        found.remove(best)
        chosen.append(best.quote)
        met |= best.grams
    return chosen


def _answerable(question: str, weights: Mapping[str, float], texts: Sequence[str]) -> bool:
    words = content_words(question)
    telling = {gram: weight for gram, weight in weights.items() if is_telling(gram)} or weights
    least = ANSWERABLE if words else ANSWERABLE / 2
    length = sum(map(len, words)) or 1
    return any(
        sum(len(word) for word in words if holds(text, word)) / length + _share(telling, text) >= least
        for text in texts
    )


def _share(weights: Mapping[str, float], text: str) -> float:
    """0 to 1: of the question's information in the folded text."""
    whole = sum(weights.values())
    return sum(weight for gram, weight in weights.items() if holds(text, gram)) / whole if whole else 0.0


def _of(passage: Passage, weights: Mapping[str, float], around: float) -> Iterator[_Candidate]:
    whole = sum(weights.values())
    for start, end in spans(passage.text):
        sentence = passage.text[start:end]
        if not sentence.strip() or len(sentence) > MAX_LENGTH:
            continue
        folded = fold(sentence)
        grams = frozenset(gram for gram in weights if holds(folded, gram))
        if not grams:
            continue
        quote = Quote(
            passage=passage.number,
            start=start + len(sentence) - len(sentence.lstrip()),
            end=start + len(sentence.rstrip()),
            score=sum(weights[gram] for gram in grams) / whole + around,
        )
        yield _Candidate(quote=quote, grams=grams)
