"""The results of a meeting, found without a model: sentences from the text, chosen by the words they use."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tasks_app.text.documents import keyword_patterns
from tasks_app.text.documents.extractive_summary import MIN_LENGTH, REPEATED_SHARE, Candidate, choose
from tasks_app.text.japanese.bigrams import lexemes
from tasks_app.text.minutes.decisions import SettledDecision, decisions
from tasks_app.text.minutes.extracted_tasks import ExtractedTask, tasks
from tasks_app.text.minutes.open_questions import open_questions
from tasks_app.text.minutes.spoken_sentences import Span, SpokenSentence, spoken_sentences
from tasks_app.text.minutes.turns import Turn

SHORT_OVERVIEW, OVERVIEW_SHARE = 200, 6
"""An overview has at most a sixth of the text's characters, but never needs to be shorter than the first."""


@dataclass(frozen=True, kw_only=True)
class ProceedingsItem:
    """One finding with the places in the text that show it.

    `who` and `by_when` where it is a task, `about` where it is a decision that does not itself say on what.
    """

    text: str
    spans: tuple[Span, ...]
    who: str = ""
    by_when: str = ""
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class ExtractedProceedings:
    """In the order of the text."""

    overview: Sequence[ProceedingsItem] = field(default_factory=tuple)
    decisions: Sequence[ProceedingsItem] = field(default_factory=tuple)
    actions: Sequence[ProceedingsItem] = field(default_factory=tuple)
    questions: Sequence[ProceedingsItem] = field(default_factory=tuple)


def extract(text: str, turns: Sequence[Turn], characters: int) -> ExtractedProceedings:
    """The overview has at most `characters`, and of a short text a share. `turns` are those of `text`."""
    characters = min(characters, max(SHORT_OVERVIEW, len(text) // OVERVIEW_SHARE))
    found = list(spoken_sentences(text, turns))
    set_tasks = tasks(found, turns)
    decided = [one for one in decisions(found, turns) if one.sentence.order not in set_tasks]
    settled = {one.sentence.order for one in decided}
    asked = [one for one in open_questions(found, turns) if one.order not in set_tasks and one.order not in settled]
    taken = {*set_tasks, *settled, *(one.order for one in asked)}
    return ExtractedProceedings(
        overview=_overview([one for one in found if _tells(one.text) and one.order not in taken] or found, characters),
        decisions=list({(line.about, line.text): line for line in map(_decision, reversed(decided))}.values())[::-1],
        actions=_distinct(_task(set_tasks[order]) for order in sorted(set_tasks)),
        questions=_distinct(map(_line, asked)),
    )


def _overview(found: Sequence[SpokenSentence], characters: int) -> list[ProceedingsItem]:
    by_order = {one.order: one for one in found}
    candidates = [Candidate(one.order, one.text, one.opens, one.ends) for one in found]
    chosen = choose(candidates, characters) or candidates[:1]
    return [_line(by_order[one.order]) for one in chosen]


def _tells(text: str) -> bool:
    """A whole sentence that neither asks nor leads the meeting."""
    return (
        len(text) >= MIN_LENGTH
        and bool(keyword_patterns.STOP.search(text))
        and not keyword_patterns.INTERROGATIVE.search(text)
        and not keyword_patterns.PROCEDURE.search(text)
        and not keyword_patterns.PASSAGE.search(text)
    )


def _decision(decision: SettledDecision) -> ProceedingsItem:
    spans = [decision.sentence.span, *([decision.proposal.span] if decision.proposal else [])]
    return ProceedingsItem(text=decision.sentence.text, spans=tuple(spans), about=decision.about)


def _task(task: ExtractedTask) -> ProceedingsItem:
    spans = tuple(sentence.span for sentence in task.sentences)
    return ProceedingsItem(text=task.sentences[0].text, spans=spans, who=task.who, by_when=task.by_when)


def _line(sentence: SpokenSentence) -> ProceedingsItem:
    return ProceedingsItem(text=sentence.text, spans=(sentence.span,))


def _distinct(lines: Iterable[ProceedingsItem]) -> list[ProceedingsItem]:
    """Without those that say again what one before them said."""
    kept: list[ProceedingsItem] = []
    seen: list[set[str]] = []
    for line in lines:
        pairs = set(lexemes(line.text))
        if not any(len(pairs & other) > REPEATED_SHARE * len(pairs | other) for other in seen[-200:]):
            kept.append(line)
            seen.append(pairs)
    return kept
