"""What a deck about a meeting is made of: its agenda items with what was said on them, and what was decided."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from tasks_app.text.documents import keyword_patterns
from tasks_app.text.minutes.decisions import ITEM, decisions
from tasks_app.text.minutes.spoken_sentences import SpokenSentence, spoken_sentences
from tasks_app.text.minutes.turns import Turn, turns

MIN_TURNS = 5
"""A text with fewer speakers' turns is read as any other."""

MAX_DECISIONS = 5
MIN_LENGTH, MAX_LENGTH = 15, 160
"""Characters of a sentence that a slide may show."""

_CALLED = re.compile(
    r"(?:日程第?[0-9０-９一二三四五六七八九十]+(?:号)?|議題[（(]?[0-9０-９一二三四五六七八九十]+[)）]?|案件[0-9０-９]+)"
    r"[、，,　 ．.]*[「『]?(?P<title>[^。\n」』]{0,80}?)"
    r"(?=[」』]|について|に(?:移り|入り)|で(?:ござい|あり)ます|を(?:一括|議題|上程|行|審議|許|いた|し|順次)|。|$)"
)
_ON_AGENDA = re.compile(r"(?P<title>[^。、]{4,60}?)(?:について)?(?:を|、)(?:一括(?:して)?)?(?:議題[とに]|上程)")
_HEADING = re.compile(r"^[◎△▲■□][ 　]*(?P<title>[^。、：]{2,40})$")
_FORMAL = re.compile("会期|署名議員|諸般|仮議席|議席|日程|開会|閉会|散会|休憩|出席")
"""Items on which nothing is said that a deck would show."""

_LEADING_WORDS = re.compile(r"^(?:次に|続いて|続きまして|それでは|では|まず|初めに|ここで)[、，　 ]*")
_TRAILING = re.compile(r"(?:までの)?(?:以上|計)?(?:議案)?[0-9０-９]+件$|までの(?:議案)?$")
_FRAGMENT = re.compile("[0-9０-９％%、）)]|以上")
"""How the rest of a sentence begins that a point in a number parted, or one that only ends a speech."""
_POINTS_BACK = re.compile("そのよう|さよう|そのとおり")
_NAMED_ITEM = re.compile(rf"(?:{ITEM.pattern})[　 、，「]")


@dataclass(frozen=True)
class AgendaPoint:
    """An item as the chair calls it, what was decided on it, and whole sentences that were said on it."""

    title: str
    decided: Sequence[str]
    said: Sequence[str]


@dataclass(frozen=True)
class AssemblyRecord:
    """`decided` are those that say by themselves on what; `said` is what was said on no item."""

    points: Sequence[AgendaPoint]
    decided: Sequence[str]
    said: Sequence[str]


def meeting(text: str) -> AssemblyRecord | None:
    """None where the text has too few speakers to be the minutes of one."""
    spoken = turns(text)
    if len(spoken) < MIN_TURNS:
        return None
    found = list(spoken_sentences(text, spoken))
    decided = list(decisions(found, spoken))
    settled = {one.sentence.order for one in decided}
    said = [one.text for one in found if _tells(one, spoken) and one.order not in settled]
    whole = dict.fromkeys(
        one.sentence.text for one in decided if not one.about and not _POINTS_BACK.search(one.sentence.text)
    )
    return AssemblyRecord(points=list(_points(found, spoken, settled)), decided=list(whole), said=said)


def _points(found: Sequence[SpokenSentence], spoken: Sequence[Turn], settled: Set[int]) -> Iterator[AgendaPoint]:
    calls = [(one.order, title) for place, one in enumerate(found) if (title := _called(found, place, spoken))]
    calls = [call for before, call in pairwise([(0, ""), *calls]) if before[1] != call[1]]
    for number, (start, title) in enumerate(calls):
        end = calls[number + 1][0] if number + 1 < len(calls) else len(found)
        own = found[start + 1 : end]
        yield AgendaPoint(
            title=title,
            decided=[one.text for one in own if one.order in settled and not _POINTS_BACK.search(one.text)],
            said=[
                one.text
                for one in own
                if not _FORMAL.search(title) and _tells(one, spoken) and one.order not in settled
            ],
        )


def _called(found: Sequence[SpokenSentence], place: int, spoken: Sequence[Turn]) -> str:
    """The title of the agenda item that a sentence or a heading in the text calls; empty if it calls none."""
    one = found[place]
    if one.turn < 0:
        return ""
    if heading := _HEADING.match(one.text):
        return str(heading["title"])
    if not spoken[one.turn].speaker.leads:
        return ""
    text = _LEADING_WORDS.sub("", one.text)
    named = _CALLED.match(text) or _ON_AGENDA.match(text)
    if not named:
        return ""
    title = _TRAILING.sub("", named["title"]).strip("　 、「」")
    following = (after.text for after in found[place + 1 : place + 4])
    return title or next((text for text in following if _NAMED_ITEM.match(text)), "")


def _tells(one: SpokenSentence, spoken: Sequence[Turn]) -> bool:
    """A whole statement by somebody who does not lead."""
    return (
        one.turn >= 0
        and not spoken[one.turn].speaker.leads
        and MIN_LENGTH <= len(one.text) <= MAX_LENGTH
        and bool(keyword_patterns.CLOSED.search(one.text))
        and not _FRAGMENT.match(one.text)
        and not keyword_patterns.INTERROGATIVE.search(one.text)
        and not keyword_patterns.PROCEDURE.search(one.text)
        and not keyword_patterns.SAYING.search(one.text)
        and not keyword_patterns.PASSAGE.search(one.text)
    )
