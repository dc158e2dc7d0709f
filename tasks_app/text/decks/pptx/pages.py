"""How a slide's content is laid out over the placeholders of its layout, on as many pages as it needs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER as KIND
from pptx.util import Emu

from tasks_app.text.decks.deck import Chart, Layout, Slide, Table
from tasks_app.text.decks.pptx.boxes import Box, Fitted
from tasks_app.text.decks.pptx.graphics import TablePlan
from tasks_app.text.decks.pptx.layouts import FLOWING, TITLES, Choice

GRAPHIC = {Layout.TABLE: KIND.TABLE, Layout.CHART: KIND.CHART}


@dataclass(frozen=True)
class PlaceholderText:
    """Lines for one placeholder; `size` counts unless it is `native`. Lines in `bold` stand out."""

    lines: list[str]
    size: float
    native: bool
    bold: frozenset[str] = frozenset()


@dataclass
class SlidePage:
    """`texts` by index of placeholder; `graphic` is the index of that for a table or chart. `cut` was shortened."""

    texts: dict[int, PlaceholderText] = field(default_factory=dict)
    graphic: int | None = None
    table: TablePlan | None = None
    rows: Sequence[int] = ()
    chart: Chart | None = None
    cut: list[str] = field(default_factory=list)


def pages(slide: Slide, choice: Choice, continued: str) -> list[SlidePage]:
    """The slide on the layout chosen for it. `continued` is put after the title from the second page on."""
    title = _placeholder(choice, TITLES)
    content = [
        shape for shape in choice.layout.placeholders if shape.placeholder_format.type in FLOWING and shape.width
    ]
    if slide.layout in GRAPHIC and choice.suits == slide.layout:
        found = _graphic(slide, choice, content)
    elif choice.suits is Layout.TWO_COLUMNS:
        found = _columns(slide, content)
    elif choice.suits is Layout.QUOTE:
        found = _quote(slide, content)
    else:
        found = _flow(_lines(slide), content, single=choice.suits in (Layout.TITLE, Layout.SECTION))
    for number, page in enumerate(found):
        _head(page, title, slide.title if number == 0 else f"{slide.title} {continued}")
    return found


def _head(page: SlidePage, placeholder: Any, title: str) -> None:
    fitted = Box.of(placeholder).one_page([title])
    page.texts[_index(placeholder)] = PlaceholderText(fitted.pages[0], fitted.size, fitted.native)
    page.cut.extend(fitted.cut)


def _lines(slide: Slide) -> list[str]:
    """All of a slide's content as lines, in the order of reading."""
    match slide.layout:
        case Layout.TITLE | Layout.SECTION:
            return [slide.subtitle] if slide.subtitle else []
        case Layout.QUOTE:
            return [f"「{slide.quote}」", *([f"— {slide.attribution}"] if slide.attribution else [])]
        case Layout.TWO_COLUMNS:
            return [*_titled(slide.left_title, slide.bullets), *_titled(slide.right_title, slide.right_bullets)]
        case Layout.TABLE if slide.table:
            return _rows(slide.table)
        case Layout.CHART if slide.chart:
            return _values(slide.chart)
    return slide.bullets


def _titled(title: str, bullets: Sequence[str]) -> list[str]:
    return [*([title] if title else []), *bullets]


def _rows(table: Table) -> list[str]:
    return [" | ".join(row) for row in (table.header, *table.rows)]


def _values(chart: Chart) -> list[str]:
    return [
        f"{one.name} {category}: {value:g}{chart.unit}"
        for one in chart.series
        for category, value in zip(chart.categories, one.values, strict=True)
    ]


def _flow(lines: Sequence[str], content: Sequence[Any], *, single: bool) -> list[SlidePage]:
    """One stream of lines through the first placeholder."""
    if not lines or not content:
        return [SlidePage(cut=list(lines))]
    box = Box.of(content[0])
    fitted = box.one_page(lines) if single else box.paged(lines)
    return _over(fitted, _index(content[0]))


def _over(fitted: Fitted, index: int) -> list[SlidePage]:
    found = [SlidePage(texts={index: PlaceholderText(lines, fitted.size, fitted.native)}) for lines in fitted.pages]
    found[0].cut.extend(fitted.cut)
    return found


def _columns(slide: Slide, content: Sequence[Any]) -> list[SlidePage]:
    """Both columns in one size."""
    sides = (_titled(slide.left_title, slide.bullets), _titled(slide.right_title, slide.right_bullets))
    left, right = sorted(content, key=lambda shape: shape.left or 0)
    fits = [Box.of(shape).paged(lines) for shape, lines in zip((left, right), sides, strict=True)]
    size = min(fit.size for fit in fits)
    native = all(fit.native for fit in fits)
    bold = frozenset(filter(None, (slide.left_title, slide.right_title)))
    found = []
    for lines_left, lines_right in zip_longest(*(fit.pages for fit in fits), fillvalue=[]):
        texts = {
            _index(shape): PlaceholderText(lines, size, native, bold)
            for shape, lines in ((left, lines_left), (right, lines_right))
            if lines
        }
        found.append(SlidePage(texts=texts))
    found[0].cut.extend(line for fit in fits for line in fit.cut)
    return found


def _quote(slide: Slide, content: Sequence[Any]) -> list[SlidePage]:
    above, below = sorted(content, key=lambda shape: shape.top or 0)
    page = SlidePage()
    for shape, text in ((above, f"「{slide.quote}」"), (below, f"— {slide.attribution}" if slide.attribution else "")):
        if text:
            fitted = Box.of(shape).one_page([text])
            page.texts[_index(shape)] = PlaceholderText(fitted.pages[0], fitted.size, fitted.native)
            page.cut.extend(fitted.cut)
    return [page]


def _graphic(slide: Slide, choice: Choice, content: Sequence[Any]) -> list[SlidePage]:
    shape = _placeholder(choice, (GRAPHIC[slide.layout],)) or content[0]
    if slide.table is None or slide.layout is Layout.CHART:
        return [SlidePage(graphic=_index(shape), chart=slide.chart)]
    plan = TablePlan(slide.table, Emu(shape.width).pt, Emu(shape.height).pt)
    found = [SlidePage(graphic=_index(shape), table=plan, rows=rows) for rows in plan.pages]
    found[0].cut.extend(plan.cut)
    return found


def _placeholder(choice: Choice, kinds: Sequence[Any]) -> Any:
    return next((one for one in choice.layout.placeholders if one.placeholder_format.type in kinds), None)


def _index(placeholder: Any) -> int:
    return int(placeholder.placeholder_format.idx)
