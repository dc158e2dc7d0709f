"""Which paragraphs of a Word file are headings: by their own outline level, or that of their style."""

import re
from dataclasses import dataclass

from lxml import etree

from tasks_app.text.extraction.common.lines import BODY
from tasks_app.text.extraction.office.office_package import qn

_HEADING_NAME = re.compile(r"heading ([1-9])$", re.IGNORECASE)
"""Word stores the names of its own styles in English whatever its language."""


@dataclass(frozen=True)
class HeadingLevels:
    """Levels by style id."""

    styles: dict[str, int]

    @classmethod
    def of(cls, by_id: dict[str, etree._Element]) -> "HeadingLevels":
        """From the elements of a file's styles by id."""
        return cls({name: _inherited_level(name, by_id) for name in by_id})

    def level(self, paragraph: etree._Element) -> int:
        properties = paragraph.find(qn("w:pPr"))
        if properties is None:
            return BODY
        own = _own_level(properties)
        return self.styles.get(_value(properties, "w:pStyle"), BODY) if own is None else own


def _inherited_level(name: str, by_id: dict[str, etree._Element]) -> int:
    seen: set[str] = set()
    while name in by_id and name not in seen:
        seen.add(name)
        style = by_id[name]
        level = _style_level(style)
        if level is not None:
            return level
        name = _value(style, "w:basedOn")
    return BODY


def _style_level(style: etree._Element) -> int | None:
    properties = style.find(qn("w:pPr"))
    own = None if properties is None else _own_level(properties)
    if own is not None:
        return own
    style_name = _value(style, "w:name")
    heading = _HEADING_NAME.match(style_name)
    if heading:
        return int(heading[1])
    return 0 if style_name.lower() == "title" else None


def _own_level(properties: etree._Element) -> int | None:
    """Word counts from 0 and says 9 for body text."""
    value = _value(properties, "w:outlineLvl")
    return int(value) + 1 if value.isdecimal() else None


def _value(parent: etree._Element, tag: str) -> str:
    child = parent.find(qn(tag))
    return "" if child is None else child.get(qn("w:val"), "")
