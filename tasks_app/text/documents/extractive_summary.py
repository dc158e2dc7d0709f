"""A summary made only of sentences from the text.

What counts follows measurements on council minutes: sentences that ask for or decide something carry most of
what people put into summaries, more than those that merely resemble the rest of the text.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log, sqrt

from tasks_app.text.documents import keyword_patterns
from tasks_app.text.documents.formatting import formatted
from tasks_app.text.japanese.bigrams import lexemes
from tasks_app.text.japanese.folding import fold
from tasks_app.text.japanese.sentences import sentences

MIN_LENGTH, MAX_LENGTH = 12, 200
"""Characters of a sentence that can stand for a text."""

REPEATED_SHARE = 0.7
"""A sentence with more of its character pairs in those chosen already says nothing new."""

_TERM = re.compile(r"[一-鿿々]{2,}|[ァ-ヺー]{2,}|[A-Za-z]{3,}")
_NUMBER = re.compile(r"[0-9０-９〇一二三四五六七八九十百千万億]+(?:円|人|件|年|月|日|％|%|割|か所|回|台|km|ｋｍ)")
_KANJI = re.compile("[一-鿿々]")


@dataclass(frozen=True)
class Candidate:
    """A sentence and where it stands among all; `opens` and `ends` its line."""

    order: int
    text: str
    opens: bool
    ends: bool


def summarise(text: str, characters: int) -> str:
    """At most `characters` of sentences from `text`, one per line, in their order and none twice.

    Lines that a file wrapped are joined first, so a sentence is one of `text` but for space. Empty for blank
    text.
    """
    candidates = list(_candidates(formatted(text)))
    if not candidates:
        return ""
    chosen = choose(candidates, characters)
    if not chosen:
        return _ranked(candidates)[0].text[:characters]
    return "\n".join(candidate.text for candidate in chosen)


def choose(candidates: Sequence[Candidate], characters: int) -> list[Candidate]:
    """Those that stand for all of them within `characters`, in their order and none that repeats another."""
    chosen: list[Candidate] = []
    seen: set[str] = set()
    left = characters
    for candidate in _ranked(candidates):
        pairs = set(lexemes(candidate.text)) or {candidate.text}
        if len(candidate.text) > left or len(pairs & seen) > REPEATED_SHARE * len(pairs):
            continue
        chosen.append(candidate)
        seen |= pairs
        left -= len(candidate.text) + 1
        if left < MIN_LENGTH:
            break
    return sorted(chosen, key=lambda candidate: candidate.order)


def _candidates(text: str) -> Iterator[Candidate]:
    order = 0
    for line in text.split("\n"):
        found = sentences(line)
        for number, sentence in enumerate(found):
            yield Candidate(order, sentence, number == 0, number == len(found) - 1)
            order += 1


def _ranked(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Best first."""
    words = [terms(candidate.text) for candidate in candidates]
    frequency = Counter(term for found in words for term in found)
    weights = [sum(log(frequency[term]) for term in found) / sqrt(len(found) + 1) if found else 0.0 for found in words]
    heaviest = max(weights) or 1.0
    scores = [
        weight / heaviest + _merits(candidate, len(candidates))
        for candidate, weight in zip(candidates, weights, strict=True)
    ]
    order = sorted(range(len(candidates)), key=lambda index: (-scores[index], index))
    return [candidates[index] for index in order]


def _merits(candidate: Candidate, count: int) -> float:
    """What speaks for and against a sentence apart from its words' frequency."""
    text = candidate.text
    closed = bool(keyword_patterns.CLOSED.search(text))
    score = 1.0 * bool(keyword_patterns.REQUEST.search(text)) + 0.9 * bool(keyword_patterns.DECISION.search(text))
    score += 0.5 * bool(keyword_patterns.DUTY.search(text)) + 0.4 * bool(keyword_patterns.OUTCOME.search(text))
    score += 0.2 * bool(_NUMBER.search(text))
    score = min(score, 1.8)
    score += 0.3 * (closed and candidate.opens) + 0.2 * (closed and candidate.ends)
    score += 0.3 * (closed and candidate.order < max(3, count // 20))
    score -= 1.2 * bool(keyword_patterns.PROCEDURE.search(text))
    score -= 1.0 * (not closed) + 1.0 * (len(text) < MIN_LENGTH)
    return score - 1.0 * (len(text) > MAX_LENGTH)


def terms(sentence: str) -> set[str]:
    """Content words, with runs of kanji as their pairs of characters."""
    found: set[str] = set()
    for word in _TERM.findall(fold(sentence)):
        if _KANJI.match(word):
            found.update(word[index : index + 2] for index in range(len(word) - 1))
        else:
            found.add(word)
    return found
