"""What was written for a slide, held against its sources: what they do not support is dropped or pointed out."""

from collections.abc import Sequence
from decimal import Decimal

from tasks_app.text.decks.deck import (
    WITHOUT_CONTENT,
    Content,
    Layout,
    OutlineSlide,
    Remark,
    Slide,
)
from tasks_app.text.decks.deck_sources import DeckSources
from tasks_app.text.decks.numerals import missing
from tasks_app.text.decks.tables import chart_of, table_of

SMALL = 10
"""Whole numbers below this are not looked for: people count what is on a slide with them."""


def planned_content(planned: OutlineSlide) -> Content:
    """A slide that says its outline and no more; its points are its evidence."""
    table = table_of(planned.points)
    chart = chart_of(table) if planned.layout is Layout.CHART else None
    return Content(
        title=planned.title,
        subtitle=planned.points[0] if planned.points and planned.layout in WITHOUT_CONTENT else "",
        bullets=planned.points,
        quote=planned.points[0] if planned.points else "",
        table=table.even() if table else None,
        chart=chart,
        evidence=planned.points,
    )


def checked(
    content: Content,
    number: int,
    layout: Layout,
    points: Sequence[str],
    material: DeckSources,
    known: frozenset[Decimal],
) -> Slide:
    """The slide as it may be shown. `points` replace content that is missing; `known` are the sources' numbers."""
    citations, lost = material.cited([*content.evidence, *([content.quote] if layout is Layout.QUOTE else [])])
    slide = Slide.model_validate({**content.model_dump(), "number": number, "layout": layout, "citations": citations})
    if lost and layout not in WITHOUT_CONTENT:
        _remark(slide, "quotes_dropped", count=lost)
    _check_form(slide, material, known)
    if slide.layout in (Layout.BULLETS, Layout.CLOSING) and not slide.bullets:
        slide.bullets = list(points) or [slide.title]
    if slide.layout is Layout.TWO_COLUMNS and not (slide.bullets and slide.right_bullets):
        slide.layout = Layout.BULLETS
        slide.bullets = [*slide.bullets, *slide.right_bullets] or list(points) or [slide.title]
    strange = [number for number in missing(_shown(slide), known) if not (number.isdecimal() and int(number) < SMALL)]
    if strange:
        _remark(slide, "unknown_numbers", numbers=", ".join(strange))
    if not slide.citations and slide.layout not in WITHOUT_CONTENT:
        _remark(slide, "no_source")
    return slide


def _check_form(slide: Slide, material: DeckSources, known: frozenset[Decimal]) -> None:
    """A chart, table or quote that the sources do not support makes way for bullets."""
    match slide.layout:
        case Layout.CHART:
            values = [value for one in slide.chart.series for value in one.values] if slide.chart else []
            if not values or not (slide.chart and slide.chart.is_even):
                _give_up(slide, "chart_unusable")
            elif strange := missing(values, known):
                _give_up(slide, "chart_dropped", numbers=", ".join(strange))
        case Layout.TABLE:
            cells = [cell for row in slide.table.rows for cell in row] if slide.table else []
            if not any(cells):
                _give_up(slide, "table_unusable")
            elif strange := missing(cells, known):
                _give_up(slide, "table_dropped", numbers=", ".join(strange))
            elif slide.table:
                slide.table = slide.table.even()
        case Layout.QUOTE:
            if not material.cited([slide.quote])[0]:
                _give_up(slide, "quote_dropped")


def _give_up(slide: Slide, code: str, **details: str) -> None:
    slide.layout = Layout.BULLETS
    slide.chart = slide.table = None
    slide.quote = ""
    _remark(slide, code, **details)


def _shown(slide: Slide) -> list[str]:
    """The texts of which numbers are looked for; those of tables and charts were looked at already."""
    return [slide.title, slide.subtitle, *slide.bullets, *slide.right_bullets, slide.left_title, slide.right_title]


def _remark(slide: Slide, code: str, **details: str | int) -> None:
    slide.remarks.append(Remark(slide=slide.number, code=code, details=dict(details)))
