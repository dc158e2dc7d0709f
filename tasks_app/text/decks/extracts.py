"""An outline without a model: headings and chosen sentences of the sources, nothing of its own."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from tasks_app.text.decks.clean_lines import clean, is_running_head, running_heads
from tasks_app.text.decks.deck import Layout, OutlineSlide
from tasks_app.text.decks.deck_sources import DeckSource, DeckSources
from tasks_app.text.decks.meeting import MAX_DECISIONS, AgendaPoint, AssemblyRecord, meeting
from tasks_app.text.decks.tables import chart_of, table_of
from tasks_app.text.documents import extractive_summary
from tasks_app.text.extraction.common.lines import CELL_SEPARATOR
from tasks_app.text.japanese import sentences
from tasks_app.text.japanese.bigrams import lexemes

MAX_TITLE_LENGTH = 40
CHARACTERS_OF_SLIDE = 220
MAX_POINTS = 5
MIN_POINT_LENGTH = 8
PRELUDE = 100
"""So many characters before the first heading belong to what stands under it."""

ALIKE = 0.7
"""Share of the character pairs of two slides that makes them the same slide."""

MIN_CLOSING = 8
"""Sentences at the end of a source from which at the least its deck's last slide is chosen."""

MIN_WITH_CLOSING = 3
"""A deck of more slides has a last one that closes it."""

_OF_SENTENCES = (Layout.BULLETS, Layout.CLOSING)
WORTH_CUTTING = 400
"""Characters of a section from which on it may get a second slide."""

MAX_TABLE_ROWS = 8
"""Rows with the header."""

_HEADING = re.compile(
    r"^[ \t　]*(?:#{1,6}[ \t]+|第[0-9０-９一二三四五六七八九十百]+[章節条][ 　]*"
    r"|[0-9０-９]{1,2}(?:[.．][0-9０-９]{1,2})*[.．]?[ 　]+|[【■◆])"
    r"(?P<title>[^\n。|]{2,40})$",
    re.MULTILINE,
)
_SENTENCE_END = re.compile("[。．！？!?]$")
_CONJUNCTION = re.compile("^(?:また|次に|なお|さらに|続いて|一方|そこで|このため|初めに|まず|特に|具体的には)、")
_TOPIC = re.compile(
    r"(?P<topic>[^、。]{4,30}?)(?:につきまして|について|に関して|に当たって|に係る|における|は)(?:は|、)?"
)
_NUMBER = re.compile("[0-9０-９]+")
_VAGUE = re.compile(
    "(?:本|当)[一-鿿]{1,2}(?:で|に|と)?$|引き続き|(?:令和|平成|今|来|本|昨)[^のを]{0,6}$|今後|これ|この|その|ここ|また|さらに|初めに"
)
_COMPOUND = re.compile("[一-鿿ァ-ヴー々・]{6,24}")
"""A run of kanji and katakana that mostly names a programme, a plan or a building."""

_MARKS = re.compile(r"^[ \t　]*(?:#{1,6}[ \t]+|[-*・●○■◆【]+)|[】]$")


@dataclass(frozen=True)
class Section:
    """A piece of a source under a heading, or called by what it is about; `points` where they are chosen already."""

    title: str
    text: str
    points: tuple[str, ...] = ()


def outline(material: DeckSources, title: str, slides: int, label: str) -> list[OutlineSlide]:
    """At most so many slides: a title with `label` below it, one for each section, sentences that close.

    Fewer where the sources have less to say. Every point is a sentence of a source.
    """
    first = OutlineSlide(layout=Layout.TITLE, title=title, points=[label])
    if slides == 1:
        return [_only(material, title)]
    content = _distinct(_content(material, slides - (2 if slides > MIN_WITH_CLOSING else 1)))
    said = {point for slide in content for point in slide.points}
    closing = _closing(material, said) if slides > MIN_WITH_CLOSING else []
    return _distinct([first, *content, *closing])


def is_japanese(material: DeckSources) -> bool:
    """Whether the deck is to be in Japanese, as its first source is."""
    return _is_japanese(material.texts[0].text)


def alike(points: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two slides say the same: nearly the same words, and the same numbers."""
    one, other = "".join(points), "".join(others)
    if set(_NUMBER.findall(one)) != set(_NUMBER.findall(other)):
        return False
    pairs, rest = set(lexemes(one)), set(lexemes(other))
    return len(pairs & rest) > ALIKE * len(pairs | rest)


def _distinct(slides: Sequence[OutlineSlide]) -> list[OutlineSlide]:
    """No point twice, no slide that says nothing new, and no title twice."""
    said: set[str] = set()
    titles: set[str] = set()
    shown: list[list[str]] = []
    kept = []
    for slide in slides:
        points = (
            [point for point in slide.points if point not in said] if slide.layout in _OF_SENTENCES else slide.points
        )
        if not points or any(alike(points, other) for other in shown):
            continue
        said.update(points)
        shown.append(points)
        title = slide.title if slide.title not in titles else _topic(points[0])
        titles.add(title)
        kept.append(slide.model_copy(update={"title": title, "points": points}))
    return kept


def _only(material: DeckSources, title: str) -> OutlineSlide:
    return OutlineSlide(layout=Layout.BULLETS, title=title, points=_sentences(material.whole))


def _content(material: DeckSources, wanted: int) -> list[OutlineSlide]:
    found = [slide for section in _sections(material, wanted) if (slide := _slide(section))]
    return found[:wanted]


def _slide(section: Section) -> OutlineSlide | None:
    rows = _rows(section.text)
    if rows:
        layout = Layout.CHART if chart_of(table_of(rows)) else Layout.TABLE
        return OutlineSlide(layout=layout, title=section.title, points=rows)
    points = list(section.points) or _sentences(section.text)
    return OutlineSlide(layout=Layout.BULLETS, title=section.title, points=points) if points else None


def _closing(material: DeckSources, said: Set[str]) -> list[OutlineSlide]:
    last = material.texts[-1].text
    if held := meeting(last):
        decided = [one for one in held.decided if one not in said][:MAX_DECISIONS]
        return [OutlineSlide(layout=Layout.CLOSING, title="決定事項", points=decided)] if decided else []
    whole = sentences.sentences(clean(last, running_heads(last)))
    end = whole[-max(len(whole) // 4, MIN_CLOSING) :]
    unsaid = "\n".join(one for one in end if not any(point in one or one in point for point in said))
    title = "まとめ" if _is_japanese(last) else "In closing"
    return [OutlineSlide(layout=Layout.CLOSING, title=title, points=_sentences(unsaid)[:3])]


def _sections(material: DeckSources, wanted: int) -> Iterator[Section]:
    """As near to `wanted` as headings allow: long ones are cut, short neighbours share a slide."""
    total = sum(len(one.text) for one in material.texts) or 1
    left = wanted
    for index, one in enumerate(material.texts):
        rest = len(material.texts) - index - 1
        share = max(1, min(left - rest, round(wanted * len(one.text) / total))) if left > rest else left
        if share < 1:
            return
        yield from _sections_of(one, share)
        left -= share


def _sections_of(one: DeckSource, share: int) -> list[Section]:
    """The parts between headings: neighbours share a slide where there are too many, long ones get several.

    Of the minutes of a meeting, its agenda items.
    """
    held = meeting(one.text)
    if held and (items := _agenda(held, share)):
        return items
    parts = [_spoken(held)] if held and held.said else list(_headed(one))
    if len(parts) > share:
        borders = [number * len(parts) // share for number in range(share + 1)]
        return [_together(parts[first:last]) for first, last in pairwise(borders)]
    counts = [1] * len(parts)
    while sum(counts) < share:
        room = [0 if _rows(part.text) else len(part.text) // count for part, count in zip(parts, counts, strict=True)]
        longest = room.index(max(room))
        if room[longest] < WORTH_CUTTING:
            break
        counts[longest] += 1
    return [piece for part, count in zip(parts, counts, strict=True) for piece in _cut(part, count)]


def _agenda(held: AssemblyRecord, share: int) -> list[Section]:
    """Of as many agenda items as have slides, those on which most was said and decided, in their order."""
    items = [(point, _points_of(point)) for point in held.points]
    telling = [number for number, (_point, points) in enumerate(items) if points]
    chosen = sorted(sorted(telling, key=lambda number: -sum(map(len, items[number][0].said)))[:share])
    return [Section(title=_short(items[number][0].title), text="", points=items[number][1]) for number in chosen]


def _spoken(held: AssemblyRecord) -> Section:
    """Of a meeting without a known agenda: what was said."""
    return Section(title=_topic(next(iter(_sentences("\n".join(held.said))), held.said[0])), text="\n".join(held.said))


def _points_of(point: AgendaPoint) -> tuple[str, ...]:
    said = _sentences("\n".join(point.said)) if point.said else []
    return tuple(dict.fromkeys([*said[: MAX_POINTS - min(2, len(point.decided))], *point.decided[-2:]]))


def _headed(one: DeckSource) -> Iterator[Section]:
    """Each heading with the text below it, and what stands before the first; without running heads."""
    heads = running_heads(one.text)
    found = [(start, title) for start, _level, title in one.headings] or [
        (heading.start("title"), heading["title"].rstrip("】")) for heading in _HEADING.finditer(one.text)
    ]
    found = [(start, title) for start, title in found if not is_running_head(title, heads)]
    starts = [one.text.rfind("\n", 0, start) + 1 for start, _title in found]
    before = one.text[: starts[0]] if starts else one.text
    if len(before.strip()) > (PRELUDE if starts else 0):
        text = clean(before, heads)
        yield Section(title=_title_of(text), text=text)
    for start, end, (_place, title) in zip(starts, [*starts[1:], len(one.text)], found, strict=False):
        below = one.text[start:end].partition(title)[2].lstrip("】")
        text = below if _rows(below) else clean(below, heads)
        if text.strip():
            yield Section(title=_short(title), text=text)


def _together(parts: Sequence[Section]) -> Section:
    titles = "／".join(part.title for part in parts)
    title = titles if len(titles) <= MAX_TITLE_LENGTH else parts[0].title
    return Section(title=title, text="\n".join(part.text for part in parts))


def _cut(part: Section, count: int) -> Iterator[Section]:
    """Pieces of about the same length, between sentences."""
    spans = list(sentences.spans(part.text))
    size = len(part.text) / count
    for number in range(count):
        inside = [part.text[start:end] for start, end in spans if number * size <= start < (number + 1) * size]
        piece = "".join(inside)
        if piece.strip():
            yield Section(title=part.title if number == 0 else _title_of(piece), text=piece)


def _sentences(text: str) -> list[str]:
    """The best of a text, without numbers and remarks that stand alone unless there is nothing else."""
    chosen = [
        _MARKS.sub("", sentence).strip()
        for sentence in extractive_summary.summarise(text, CHARACTERS_OF_SLIDE).split("\n")
    ]
    telling = [one for one in chosen if len(one) >= MIN_POINT_LENGTH and not one.startswith(("（", "("))]
    return (telling or [one for one in chosen if one])[:MAX_POINTS]


def _rows(text: str) -> list[str]:
    """The first table in a text that is mostly one."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    rows = [line for line in lines if CELL_SEPARATOR in line and not set(line) <= set("|-: ")]
    return rows[:MAX_TABLE_ROWS] if len(rows) > 2 and len(rows) * 2 > len(lines) else []


def _title_of(piece: str) -> str:
    """What a piece is about: its first line if that is a heading, else what its best sentence speaks of."""
    first = next((line for line in piece.split("\n") if line.strip()), "")
    if len(first) <= MAX_TITLE_LENGTH and not _SENTENCE_END.search(first):
        return _short(first)
    return _topic(next(iter(_sentences(piece)), first))


def _topic(sentence: str) -> str:
    """What a sentence speaks of, its longest name of something, or how it begins."""
    bare = _CONJUNCTION.sub("", sentence)
    if (found := _TOPIC.match(bare)) and not _VAGUE.match(found["topic"]):
        return str(found["topic"])
    if names := _COMPOUND.findall(bare):
        return str(max(names, key=len))
    return bare if len(bare) <= MAX_TITLE_LENGTH else _short(bare.partition("、")[0])


def _short(text: str) -> str:
    bare = _MARKS.sub("", text).strip()
    return bare if len(bare) <= MAX_TITLE_LENGTH else f"{bare[: MAX_TITLE_LENGTH - 1]}…"


def _is_japanese(text: str) -> bool:
    return any("\u3040" <= character <= "\u30ff" for character in text)
