"""What a model is asked for about a meeting, and what of its answer the text supports."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated

from django.utils.translation import gettext_noop
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tasks_app.text.japanese.folding import squeeze
from tasks_app.text.minutes.not_understood import DECIDING, LABEL, NO_NAME, NO_SPEAKER
from tasks_app.text.minutes.proceedings_extraction import ExtractedProceedings, ProceedingsItem
from tasks_app.text.minutes.quote_finder import Quotable, numbers
from tasks_app.text.minutes.turns import Turn, turn_at

MIN_LENGTH, MAX_LENGTH = 4, 600
"""Characters of a quotation that proves anything: less is found anywhere, more is no longer a place."""

NEAR = 300
"""Who and by when must stand at most so many characters away from the quotation."""

MAX_LINES = 100
"""Lines of one answer, of each sort."""

DROPPED = {
    "quote": gettext_noop("lines whose quotation is not in the text"),
    "number": gettext_noop("lines with a number that is not in the text"),
    "who": gettext_noop("assignees not found near the quotation"),
    "by_when": gettext_noop("deadlines not found near the quotation"),
    "source": gettext_noop("overview lines not based on any other line"),
    "left_out": gettext_noop("lines over the limit"),
}
"""What the reasons are called by which something a model wrote is dropped."""

LEFT_OUT = {
    NO_SPEAKER: gettext_noop("sentences before the first speaker, or without any"),
    NO_NAME: gettext_noop("turns whose label gives an office without a name"),
    LABEL: gettext_noop("lines that begin like a speaker and name nobody"),
    DECIDING: gettext_noop("sentences about deciding that are not the result of a vote or an agreement"),
}
"""What the reasons are called for which a part of the text became no turn or no decision."""

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Few = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Quoted(_Form):
    text: Words
    quote: Words


class Task(_Form):
    what: Words
    who: Few
    by_when: Few
    quote: Words


class WindowProceedings(_Form):
    """About one window of the text. Every list must be there, so that half an answer is none."""

    overview: list[Quoted] = Field(max_length=MAX_LINES)
    decisions: list[Quoted] = Field(max_length=MAX_LINES)
    actions: list[Task] = Field(max_length=MAX_LINES)
    questions: list[Quoted] = Field(max_length=MAX_LINES)

    @property
    def size(self) -> int:
        return len(self.overview) + len(self.decisions) + len(self.actions) + len(self.questions)


class Condensed(_Form):
    text: Words
    sources: list[int] = Field(min_length=1)


class Overview(_Form):
    """Lines made of numbered lines, the first of which is 1."""

    overview: list[Condensed] = Field(min_length=1, max_length=MAX_LINES)


def verified(
    findings: WindowProceedings, window: Quotable, turns: Sequence[Turn], dropped: "Counter[str]"
) -> ExtractedProceedings:
    """What of `findings` the window supports; the rest is counted in `dropped` by its reason."""
    return ExtractedProceedings(
        overview=tuple(_quoted(findings.overview, window, dropped)),
        decisions=tuple(_quoted(findings.decisions, window, dropped)),
        actions=tuple(_tasks(findings.actions, window, turns, dropped)),
        questions=tuple(_quoted(findings.questions, window, dropped)),
    )


def condensed(overview: Overview, lines: Sequence[ProceedingsItem], dropped: "Counter[str]") -> list[ProceedingsItem]:
    """Each with the places of the lines it rests on."""
    made = []
    for one in overview.overview:
        sources = [lines[number - 1] for number in dict.fromkeys(one.sources) if 1 <= number <= len(lines)]
        if not sources:
            dropped["source"] += 1
        elif not numbers(one.text) <= set().union(*(numbers(source.text) for source in sources)):
            dropped["number"] += 1
        else:
            spans = sorted({span for source in sources for span in source.spans})
            made.append(ProceedingsItem(text=one.text, spans=tuple(spans)))
    return made


def _quoted(lines: Sequence[Quoted], window: Quotable, dropped: "Counter[str]") -> Iterator[ProceedingsItem]:
    for line in lines:
        span = _span(line.text, line.quote, window, dropped)
        if span:
            yield ProceedingsItem(text=line.text, spans=(span,))


def _tasks(
    tasks: Sequence[Task], window: Quotable, turns: Sequence[Turn], dropped: "Counter[str]"
) -> Iterator[ProceedingsItem]:
    for task in tasks:
        span = _span(task.what, task.quote, window, dropped)
        if not span:
            continue
        turn = turn_at(turns, span[0])
        around = (span[0] - NEAR, span[1] + NEAR)
        who, by_when = task.who, task.by_when
        if who and not (window.holds(who, *around) or (turn and squeeze(who) in squeeze(turn.speaker.label))):
            dropped["who"] += 1
            who = ""
        if by_when and not window.holds(by_when, *around):
            dropped["by_when"] += 1
            by_when = ""
        yield ProceedingsItem(text=task.what, spans=(span,), who=who, by_when=by_when)


def _span(text: str, quote: str, window: Quotable, dropped: "Counter[str]") -> tuple[int, int] | None:
    """Where the quotation is, if it is found and the text has no number that the quotation lacks."""
    span = window.find(quote) if MIN_LENGTH <= len(quote) <= MAX_LENGTH else None
    if span is None:
        dropped["quote"] += 1
    elif window.lacks_numbers(text):
        dropped["number"] += 1
        return None
    return span
