"""Which layout of a template suits which kind of slide: chosen by the placeholders it has, never by its name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER as KIND

from tasks_app.text.decks.deck import Layout
from tasks_app.text.extraction.common.result import Unreadable

TITLES = (KIND.TITLE, KIND.CENTER_TITLE)
OBJECTS = (KIND.OBJECT, KIND.BODY)
FLOWING = (*OBJECTS, KIND.SUBTITLE)
"""Placeholders that take text."""

FALLBACKS: Mapping[Layout, Sequence[Layout]] = {
    Layout.TITLE: (Layout.SECTION, Layout.BULLETS),
    Layout.SECTION: (Layout.TITLE, Layout.BULLETS),
    Layout.TWO_COLUMNS: (Layout.BULLETS,),
    Layout.TABLE: (Layout.BULLETS,),
    Layout.CHART: (Layout.BULLETS,),
    Layout.QUOTE: (Layout.SECTION, Layout.BULLETS),
    Layout.CLOSING: (Layout.BULLETS,),
}
"""What is taken where a template lacks a layout, best first."""


@dataclass(frozen=True)
class Choice:
    """A layout of the template; `suits` is the kind of slide it was made for."""

    layout: Any
    suits: Layout


@dataclass(frozen=True)
class _Facts:
    layout: Any
    title: Any
    content: list[Any]
    special: dict[Any, Any]
    stacked: bool


def choices(presentation: Any) -> dict[Layout, Choice]:
    """A layout for each kind of slide. Raises Unreadable (no_usable_layout) if there is none for title and text."""
    facts = [_facts(layout) for layout in _all(presentation)]
    found = {kind: layout for kind in Layout if (layout := _best(kind, facts)) is not None}
    if Layout.BULLETS not in found:
        raise Unreadable("no_usable_layout")
    return {kind: _choice(kind, found) for kind in Layout}


def named(presentation: Any) -> dict[Layout, Choice]:
    """Of the template that comes along, whose layouts carry the names of the kinds."""
    return {Layout(layout.name): Choice(layout, Layout(layout.name)) for layout in presentation.slide_layouts}


def _choice(kind: Layout, found: Mapping[Layout, Any]) -> Choice:
    for candidate in (kind, *FALLBACKS.get(kind, ())):
        if candidate in found:
            return Choice(found[candidate], candidate)
    raise Unreadable("no_usable_layout")


def _all(presentation: Any) -> Iterable[Any]:
    return (layout for master in presentation.slide_masters for layout in master.slide_layouts)


def _facts(layout: Any) -> _Facts:
    shapes = list(layout.placeholders)
    content = [shape for shape in shapes if shape.placeholder_format.type in FLOWING and (shape.width or 0)]
    return _Facts(
        layout=layout,
        title=next((shape for shape in shapes if shape.placeholder_format.type in TITLES), None),
        content=content,
        special={shape.placeholder_format.type: shape for shape in shapes},
        stacked=_is_stacked(content),
    )


def _best(kind: Layout, facts: Sequence[_Facts]) -> Any:
    fitting = [one for one in facts if one.title is not None and _fits(kind, one)]
    return fitting[0].layout if fitting else None


def _fits(kind: Layout, one: _Facts) -> bool:
    kinds = [shape.placeholder_format.type for shape in one.content]
    centred: bool = one.title.placeholder_format.type == KIND.CENTER_TITLE
    pictures = KIND.PICTURE in one.special
    match kind:
        case Layout.TITLE:
            return centred
        case Layout.SECTION:
            return not centred and kinds == [KIND.BODY] and not pictures
        case Layout.BULLETS:
            return not centred and kinds in ([KIND.OBJECT], [KIND.BODY]) and not pictures and _is_tall(one.content[0])
        case Layout.TWO_COLUMNS:
            return kinds in ([KIND.OBJECT] * 2, [KIND.BODY] * 2) and not one.stacked
        case Layout.TABLE:
            return KIND.TABLE in one.special or kinds == [KIND.OBJECT]
        case Layout.CHART:
            return KIND.CHART in one.special or kinds == [KIND.OBJECT]
        case Layout.QUOTE:
            return kinds == [KIND.BODY] * 2 and one.stacked
        case Layout.CLOSING:
            return False  # looks like bullets in every template; only ours sets it apart


def _is_tall(shape: Any) -> bool:
    """Room for several lines of text."""
    return bool(shape.height and shape.height > 1_500_000)  # EMU, 1.6 inches


def _is_stacked(content: Sequence[Any]) -> bool:
    if len(content) != 2:
        return False
    above, below = sorted(content, key=lambda shape: shape.top or 0)
    return bool((above.top or 0) + (above.height or 0) <= (below.top or 0) + (below.height or 0) // 4)
