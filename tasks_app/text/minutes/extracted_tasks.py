"""What somebody is to do: set by who leads the meeting, or promised by who speaks."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tasks_app.text.documents import keyword_patterns
from tasks_app.text.documents.extractive_summary import MIN_LENGTH
from tasks_app.text.minutes.deadlines import deadline
from tasks_app.text.minutes.decisions import decides
from tasks_app.text.minutes.spoken_sentences import SpokenSentence
from tasks_app.text.minutes.turns import Turn


@dataclass(frozen=True, kw_only=True)
class ExtractedTask:
    """The sentence that sets it, and another one that names who does it where there is one."""

    sentences: tuple[SpokenSentence, ...]
    who: str
    by_when: str


def tasks(found: Sequence[SpokenSentence], turns: Sequence[Turn]) -> dict[int, ExtractedTask]:
    """By the order of the sentence that says what is to be done."""
    made: dict[int, ExtractedTask] = {}
    for before, one in pairwise([None, *found]):
        handed = keyword_patterns.HANDED.fullmatch(one.text) if one and before and before.turn == one.turn else None
        if one and before and handed:
            made[before.order] = ExtractedTask(
                sentences=(before, one), who=handed["who"], by_when=deadline(before.text)
            )
        elif one and (task := _task(one, turns)):
            made[one.order] = task
    return made


def _task(sentence: SpokenSentence, turns: Sequence[Turn]) -> ExtractedTask | None:
    """The task that a sentence sets, with whom it names or who promised it."""
    text = sentence.text
    if (
        len(text) < MIN_LENGTH
        or keyword_patterns.ASKED.search(text)
        or not keyword_patterns.TASK.search(text)
        or not keyword_patterns.PROMISE.search(text)
        or keyword_patterns.NEXT_MEETING.search(text)
        or keyword_patterns.PUT_OFF.search(text)
        or decides(text)
    ):
        return None
    speaker = turns[sentence.turn].speaker if sentence.turn >= 0 else None
    by_when = deadline(text)
    if keyword_patterns.SAYING.search(text) and not (by_when and keyword_patterns.DUE.search(text)):
        return None
    who = _named(text)
    promised = bool(speaker and not speaker.leads and keyword_patterns.FIRST_PERSON.search(text))
    pledged = bool(who and keyword_patterns.PLEDGED.search(text))
    if not (by_when or pledged or (promised and keyword_patterns.FIRM_PROMISE.search(text))):
        return None
    if not who and promised and speaker:
        who = speaker.label
    return ExtractedTask(sentences=(sentence,), who=who, by_when=by_when)


def _named(text: str) -> str:
    """Who the sentence says does it; empty if it does not."""
    owner = keyword_patterns.OWNER.search(text)
    who = next((name for name in owner.groups() if name), "") if owner else ""
    return "" if keyword_patterns.NOBODY.fullmatch(who) or f"会で{who}" in text or f"{who}で" in text else who
