"""An outline without a model: headings and chosen sentences of the sources, nothing of its own."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tasks_app.text.decks.deck import Layout, OutlineSlide
from tasks_app.text.decks.deck_sources import DeckSource, DeckSources
from tasks_app.text.decks.tables import chart_of, table_of
from tasks_app.text.documents import extractive_summary
from tasks_app.text.extraction.common.lines import CELL_SEPARATOR
from tasks_app.text.japanese import sentences

MAX_TITLE_LENGTH = 40
CHARACTERS_OF_SLIDE = 220
MAX_POINTS = 5
MIN_POINT_LENGTH = 8
PRELUDE = 100
"""So many characters before the first heading belong to what stands under it."""

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
_MARKS = re.compile(r"^[ \t　]*(?:#{1,6}[ \t]+|[-*・●○■◆【]+)|[】]$")


@dataclass(frozen=True)
class Section:
    """A piece of a source under a heading, or called by how it begins."""

    title: str
    text: str


def outline(material: DeckSources, title: str, slides: int, label: str) -> list[OutlineSlide]:
    """At most so many slides: a title with `label` below it, one for each section, sentences that close.

    Fewer where the sources have less to say. Every point is a sentence of a source.
    """
    first = OutlineSlide(layout=Layout.TITLE, title=title, points=[label])
    if slides == 1:
        return [_only(material, title)]
    closing = _closing(material) if slides > 3 else []
    wanted = slides - 1 - len(closing)
    return [first, *_content(material, wanted), *closing]


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
    points = _sentences(section.text)
    return OutlineSlide(layout=Layout.BULLETS, title=section.title, points=points) if points else None


def _closing(material: DeckSources) -> list[OutlineSlide]:
    last = material.texts[-1].text
    points = _sentences(last[-max(len(last) // 4, 400) :])[:3]
    return [OutlineSlide(layout=Layout.CLOSING, title="まとめ" if _is_japanese(last) else "In closing", points=points)]


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
    """The parts between headings: neighbours share a slide where there are too many, long ones get several."""
    parts = list(_headed(one))
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


def _headed(one: DeckSource) -> Iterator[Section]:
    """Each heading with the text below it, and what stands before the first."""
    found = [(start, title) for start, _level, title in one.headings] or [
        (heading.start("title"), heading["title"].rstrip("】")) for heading in _HEADING.finditer(one.text)
    ]
    starts = [one.text.rfind("\n", 0, start) + 1 for start, _title in found]
    before = one.text[: starts[0]] if starts else one.text
    if len(before.strip()) > (PRELUDE if starts else 0):
        yield Section(title=_title_of(before), text=before)
    for start, end, (_place, title) in zip(starts, [*starts[1:], len(one.text)], found, strict=False):
        text = one.text[start:end].partition(title)[2].lstrip("】")
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
        if "".join(inside).strip():
            yield Section(title=part.title if number == 0 else f"{part.title}（{number + 1}）", text="".join(inside))


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
    """How a piece begins, as far as it fits."""
    return _short(next((line for line in piece.split("\n") if line.strip()), ""))


def _short(text: str) -> str:
    bare = _MARKS.sub("", text).strip()
    return bare if len(bare) <= MAX_TITLE_LENGTH else f"{bare[: MAX_TITLE_LENGTH - 1]}…"


def _is_japanese(text: str) -> bool:
    return any("\u3040" <= character <= "\u30ff" for character in text)
