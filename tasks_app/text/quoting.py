"""An answer without a model: the sentences of the passages that hold most of what the question asks about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tasks_app.text import ranking
from tasks_app.text.bigrams import normalise
from tasks_app.text.citing import Passage
from tasks_app.text.sentences import spans

MOST = 3

LONGEST = 400
"""Characters of a sentence that can be quoted; longer ones are tables or lists that were never sentences."""

ANSWERABLE = 0.35
"""Least share of what the question tells that the best passage must hold, or nothing there answers it."""

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
    texts = [normalise(passage.text) for passage in passages]
    weighed = ranking.weights(question, texts, total)
    covered = [ranking.coverage(weighed, text) for text in texts]
    if max(covered, default=0.0) < ANSWERABLE:
        return []
    best = max(covered)
    found = [
        quote
        for passage, share in zip(passages, covered, strict=True)
        for quote in _of(passage, weighed, PASSAGE_SHARE * share / best)
    ]
    return sorted(found, key=lambda quote: -quote.score)[:MOST]


def _of(passage: Passage, weighed: ranking.Weights, around: float) -> Iterator[Quote]:
    for start, end in spans(passage.text):
        sentence = passage.text[start:end]
        if not sentence.strip() or len(sentence) > LONGEST:
            continue
        own = ranking.coverage(weighed, normalise(sentence))
        if own:
            yield Quote(
                passage=passage.number,
                start=start + len(sentence) - len(sentence.lstrip()),
                end=start + len(sentence.rstrip()),
                score=own + around,
            )
