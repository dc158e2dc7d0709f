"""The results of a meeting, found without a model: sentences from the text, chosen by the words they use."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tasks_app.text.documents import chunking, keyword_patterns
from tasks_app.text.documents.extractive_summary import MIN_LENGTH, REPEATED_SHARE, Candidate, choose, terms
from tasks_app.text.documents.formatting import formatted
from tasks_app.text.japanese.bigrams import lexemes
from tasks_app.text.japanese.sentences import sentences
from tasks_app.text.minutes.quote_finder import Quotable
from tasks_app.text.minutes.turns import Turn

WINDOW = 20_000
"""Characters looked at together; sentences do not continue beyond them."""

SHORT_OVERVIEW, OVERVIEW_SHARE = 200, 6
"""An overview has at most a sixth of the text's characters, but never needs to be shorter than the first."""

ANSWERING_TURNS = 6
"""An answer comes within so many turns, or before the asker speaks again."""

SHARED_TERMS = 3
"""An answer takes up so many words of the question, or a fourth of them."""

Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class ProceedingsItem:
    """One finding with the places in the text that show it; `who` and `by_when` where it is a task."""

    text: str
    spans: tuple[Span, ...]
    who: str = ""
    by_when: str = ""


@dataclass(frozen=True, kw_only=True)
class ExtractedProceedings:
    """In the order of the text."""

    overview: Sequence[ProceedingsItem] = field(default_factory=tuple)
    decisions: Sequence[ProceedingsItem] = field(default_factory=tuple)
    actions: Sequence[ProceedingsItem] = field(default_factory=tuple)
    questions: Sequence[ProceedingsItem] = field(default_factory=tuple)


@dataclass(frozen=True)
class _Sentence:
    """`turn` is the number of the turn it is in, -1 before the first; `opens` and `ends` its line."""

    order: int
    text: str
    span: Span
    turn: int
    opens: bool
    ends: bool


def extract(text: str, turns: Sequence[Turn], characters: int) -> ExtractedProceedings:
    """The overview has at most `characters`, and of a short text a share. `turns` are those of `text`."""
    characters = min(characters, max(SHORT_OVERVIEW, len(text) // OVERVIEW_SHARE))
    found = list(_sentences(text, turns))
    tasks = _tasks(found, turns)
    decided = [one for one in _decided(found) if one.order not in tasks]
    asked = [one for one in found if one.order not in tasks and _is_open(one, found, turns)]
    taken = {*tasks, *(one.order for one in decided), *(one.order for one in asked)}
    return ExtractedProceedings(
        overview=_overview([one for one in found if _tells(one.text) and one.order not in taken] or found, characters),
        decisions=_distinct(map(_line, decided)),
        actions=_distinct([tasks[order] for order in sorted(tasks)]),
        questions=_distinct(map(_line, asked)),
    )


def _sentences(text: str, turns: Sequence[Turn]) -> Iterator[_Sentence]:
    """Lines that a file wrapped are joined first; the spans are those in `text` all the same."""
    order = 0
    borders = [(0, turns[0].start if turns else len(text), -1)]
    borders += [(turn.speech, turn.end, number) for number, turn in enumerate(turns)]
    for begin, finish, number in borders:
        for start, end in chunking.cut(text[begin:finish], WINDOW):
            window = text[begin + start : begin + end]
            quotable = Quotable(window, begin + start)
            cursor = begin + start
            for line in formatted(window).split("\n"):
                pieces = sentences(line)
                for place, piece in enumerate(pieces):
                    if span := quotable.find(piece, cursor):
                        yield _Sentence(order, piece, span, number, place == 0, place == len(pieces) - 1)
                        order += 1
                        cursor = span[1]


def _overview(found: Sequence[_Sentence], characters: int) -> list[ProceedingsItem]:
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


def _decided(found: Sequence[_Sentence]) -> Iterator[_Sentence]:
    """With the items of the lists that some of them announce."""
    listed = False
    for one in found:
        if listed and one.opens:
            listed = bool(keyword_patterns.ITEM.match(one.text))
        decides = _decides(one.text)
        if decides or (listed and one.opens):
            yield one
        listed = listed or (decides and one.ends and bool(keyword_patterns.LIST_FOLLOWS.search(one.text)))


def _decides(text: str) -> bool:
    return bool(
        len(text) >= MIN_LENGTH
        and keyword_patterns.DECIDED.search(text)
        and not keyword_patterns.UNDECIDED.search(text)
        and not keyword_patterns.ASKED.search(text)
        and not keyword_patterns.DEFERRED.search(text)
    )


def _tasks(found: Sequence[_Sentence], turns: Sequence[Turn]) -> dict[int, ProceedingsItem]:
    """By the order of the sentence that says what is to be done."""
    tasks: dict[int, ProceedingsItem] = {}
    for before, one in pairwise([None, *found]):
        handed = keyword_patterns.HANDED.fullmatch(one.text) if one and before and before.turn == one.turn else None
        if one and before and handed:
            by_when = _deadline(before.text)
            tasks[before.order] = ProceedingsItem(
                text=before.text, spans=(before.span, one.span), who=handed["who"], by_when=by_when
            )
        elif one and (line := _task(one, turns)):
            tasks[one.order] = line
    return tasks


def _deadline(text: str) -> str:
    found = keyword_patterns.DEADLINE.search(text)
    return (found["when"] or found["by"]).strip() if found else ""


def _task(sentence: _Sentence, turns: Sequence[Turn]) -> ProceedingsItem | None:
    """The task that a sentence sets, with whom it names or who promised it."""
    text = sentence.text
    if (
        len(text) < MIN_LENGTH
        or keyword_patterns.ASKED.search(text)
        or not keyword_patterns.TASK.search(text)
        or not keyword_patterns.PROMISE.search(text)
    ):
        return None
    if keyword_patterns.NEXT_MEETING.search(text):
        return None
    owner, by_when = keyword_patterns.OWNER.search(text), _deadline(text)
    who = next((name for name in owner.groups() if name), "") if owner else ""
    if not by_when and not (who and keyword_patterns.PLEDGED.search(text)):
        return None
    if (
        not who
        and sentence.turn >= 0
        and not turns[sentence.turn].speaker.leads
        and keyword_patterns.FIRST_PERSON.search(text)
    ):
        who = turns[sentence.turn].speaker.label
    return ProceedingsItem(text=text, spans=(sentence.span,), who=who, by_when=by_when)


def _is_open(sentence: _Sentence, found: Sequence[_Sentence], turns: Sequence[Turn]) -> bool:
    """A question that nobody answered, or something that was put off."""
    text = sentence.text
    if len(text) < MIN_LENGTH or keyword_patterns.PROCEDURE.search(text) or keyword_patterns.ANNOUNCEMENT.search(text):
        return False
    if keyword_patterns.DEFERRED.search(text):
        return True
    asks = bool(keyword_patterns.ASKED.search(text))
    if sentence.turn < 0:
        return asks and not any(
            keyword_patterns.ANSWER.match(one.text) for one in found[sentence.order + 1 : sentence.order + 2]
        )
    if turns[sentence.turn].speaker.leads or not (asks or keyword_patterns.WISHED.search(text)):
        return False
    return not _is_answered(sentence, found, turns)


def _is_answered(question: _Sentence, found: Sequence[_Sentence], turns: Sequence[Turn]) -> bool:
    """By somebody who takes up its words; who is called upon right after a lone question need not.

    A request, though no question, may be taken up by who leads the meeting.
    """
    asker = turns[question.turn].speaker
    wanted, asks = terms(question.text), bool(keyword_patterns.ASKED.search(question.text))
    lone = sum(bool(keyword_patterns.ASKED.search(one.text)) for one in _within(found, question.turn)) <= 1
    for number in range(question.turn + 1, min(question.turn + 1 + ANSWERING_TURNS, len(turns))):
        if turns[number].speaker == asker:
            return False
        said = [one for one in _within(found, number) if not keyword_patterns.DEFERRED.search(one.text)]
        shared = wanted & set().union(*(terms(one.text) for one in said))
        if turns[number].speaker.leads:
            if not asks and len(said) > 1 and 2 * len(shared) >= len(wanted) > 0:
                return True
            lone = lone and len(_within(found, number)) <= 1
            continue
        if said and (lone or len(shared) >= min(SHARED_TERMS, max(1, len(wanted) // 4))):
            return True
        lone = False
    return False


def _within(found: Sequence[_Sentence], turn: int) -> Sequence[_Sentence]:
    first = bisect_right(found, turn - 1, key=lambda one: one.turn)
    return found[first : bisect_right(found, turn, key=lambda one: one.turn)]


def _line(sentence: _Sentence) -> ProceedingsItem:
    return ProceedingsItem(text=sentence.text, spans=(sentence.span,))


def _distinct(lines: Iterator[ProceedingsItem] | Sequence[ProceedingsItem]) -> list[ProceedingsItem]:
    """Without those that say again what one before them said."""
    kept: list[ProceedingsItem] = []
    seen: list[set[str]] = []
    for line in lines:
        pairs = set(lexemes(line.text))
        if not any(len(pairs & other) > REPEATED_SHARE * len(pairs | other) for other in seen[-200:]):
            kept.append(line)
            seen.append(pairs)
    return kept
