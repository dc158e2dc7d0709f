"""Which of some texts answer a question best: BM25 over single characters and pairs of them.

Constants were chosen on one half of 1,000 questions about encyclopaedia articles and held on the other: mean reciprocal
rank .915 and .905, beside .906 and .896 for all grams alike and the customary k1 of 1.2.
"""

from collections.abc import Sequence
from math import log

from tasks_app.text.japanese.bigrams import HIRAGANA, runs
from tasks_app.text.japanese.folding import fold

SATURATION = 0.6
"""BM25's k1: how soon one more occurrence of the same gram says nothing new."""

LENGTH_SHARE = 0.8
"""BM25's b: how much a long text has to hold more."""

HIRAGANA_WEIGHT = 0.1
"""Of grams of hiragana alone, which hold grammar rather than matter."""

MAX_GRAMS = 300
"""About how many distinct grams of a question are looked at."""


def grams(text: str) -> dict[str, float]:
    """Each gram of `text` with what it counts for; whole words of letters too, whose pairs tell little."""
    found: dict[str, float] = {}
    for run in runs(fold(text)):
        latin = run.isascii()
        if latin:
            found[run] = 1.0
        for index in range(min(len(run), MAX_GRAMS // 2)):
            for gram in (run[index : index + 1], run[index : index + 2]) if not latin else (run[index : index + 2],):
                found[gram] = HIRAGANA_WEIGHT if HIRAGANA.fullmatch(gram) else 1.0
        if len(found) > MAX_GRAMS:
            break
    return found


def weights(question: str, texts: Sequence[str], total: int) -> dict[str, float]:
    """How informative each gram of `question` is. `texts` are folded, and the likeliest of `total` ones.

    Frequencies are counted only in `texts`: what is rare in all of them is in the likeliest, if anywhere.
    """
    return {
        gram: share * _rarity(sum(gram in text for text in texts), max(total, len(texts)))
        for gram, share in grams(question).items()
    }


def scores(question: str, texts: Sequence[str], total: int) -> list[float]:
    """For each of the folded texts its BM25 for the question, counted over `texts` out of `total`."""
    average = sum(map(len, texts)) / max(1, len(texts)) or 1.0
    dampings = [SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * len(text) / average) for text in texts]
    found = [0.0] * len(texts)
    for gram, share in grams(question).items():
        times = [text.count(gram) for text in texts]
        weight = share * (SATURATION + 1) * _rarity(len(texts) - times.count(0), max(total, len(texts)))
        for index, (often, damping) in enumerate(zip(times, dampings, strict=True)):
            if often:
                found[index] += weight * often / (often + damping)
    return found


def _rarity(holding: int, total: int) -> float:
    """BM25's inverse document frequency of a gram that `holding` of `total` texts have."""
    return log(1 + (total - holding + 0.5) / (holding + 0.5))
