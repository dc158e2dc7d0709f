"""The numbers that Word writes before paragraphs by itself (ECMA-376-1, 17.9)."""

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from tasks_app.text.extraction.office.counting import counted
from tasks_app.text.extraction.office.documents.word_styles import WordStyles, number, value
from tasks_app.text.extraction.office.office_package import on, qn
from tasks_app.text.extraction.office.symbols import bullet

LEVELS = 9
MAX_LABEL = 60
"""Characters of one number; what a file writes before it is text of the author, but never this much."""

_PLACE = re.compile(r"%([1-9])")
_CUSTOM_ZEROS = re.compile(r"^(0*)1(?:,|$)")


@dataclass(frozen=True, kw_only=True)
class NumberingLevel:
    """`text` has %1 to %9 in place of the numbers of the levels; `restarts_after` is the level (from 1), 0: never."""

    start: int
    style: str
    text: str
    font: str
    gap: str
    is_legal: bool
    is_hidden: bool
    restarts_after: int
    paragraph_style: str


class WordNumbering:
    """Counts while a document is read from its beginning to its end."""

    def __init__(self, root: Any, styles: WordStyles) -> None:
        """`root` is that of the file's numbering, None if it has none."""
        self._styles = styles
        self._abstract = {} if root is None else _by_id(root, "w:abstractNum", "w:abstractNumId")
        self._nums = {} if root is None else _by_id(root, "w:num", "w:numId")
        self._levels: dict[tuple[str, int], NumberingLevel | None] = {}
        self._counters: dict[str, list[int | None]] = defaultdict(lambda: [None] * LEVELS)
        self._begun: set[str] = set()

    def label(self, paragraph: Any) -> str:
        """What stands before the paragraph, with the gap after it; empty where nothing does."""
        num, at = self._place(paragraph)
        level = self._level(num, at) if num else None
        if level is None:
            return ""
        list_id = self._list_of(num)
        counters = self._counters[list_id]
        if num not in self._begun:
            self._begun.add(num)
            self._restart(num, counters)
        before = counters[at]
        counters[at] = level.start if before is None else before + 1
        self._reset_deeper(num, at, counters)
        if level.is_hidden:
            return ""
        text = bullet(self._written(num, level, counters), level.font).strip()
        return f"{text[:MAX_LABEL]}{level.gap}" if text else ""

    def _place(self, paragraph: Any) -> tuple[str, int]:
        """The list and the level that the paragraph is in, by itself or by its style."""
        properties = paragraph.find(qn("w:pPr"))
        own = None if properties is None else properties.find(qn("w:numPr"))
        num = "" if own is None else value(own, "w:numId")
        at = -1 if own is None else number(own, "w:ilvl", -1)
        style_id = self._styles.of_paragraph(paragraph)
        if not num:
            for style in self._styles.chain(style_id):
                found = style.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
                if found is None:
                    continue
                num = num or value(found, "w:numId")
                at = number(found, "w:ilvl", -1) if at < 0 else at
                if num:
                    at = self._level_of_style(num, style.get(qn("w:styleId"), ""), at)
                    break
        return ("", 0) if num in ("", "0") else (num, min(max(at, 0), LEVELS - 1))

    def _level_of_style(self, num: str, style_id: str, otherwise: int) -> int:
        """A level names the style that puts a paragraph in it."""
        for at in range(LEVELS):
            level = self._level(num, at)
            if level is not None and level.paragraph_style == style_id:
                return at
        return otherwise

    def _level(self, num: str, at: int) -> NumberingLevel | None:
        key = (num, at)
        if key not in self._levels:
            element = self._level_element(num, at)
            self._levels[key] = None if element is None else _level(element, at, self._override(num, at))
        return self._levels[key]

    def _level_element(self, num: str, at: int) -> Any:
        override = self._override(num, at)
        own = None if override is None else override.find(qn("w:lvl"))
        if own is not None:
            return own
        list_ = self._abstract.get(self._list_of(num))
        found = [] if list_ is None else [one for one in list_.findall(qn("w:lvl")) if _at(one) == at]
        return found[0] if found else None

    def _override(self, num: str, at: int) -> Any:
        element = self._nums.get(num)
        found = [] if element is None else [one for one in element.findall(qn("w:lvlOverride")) if _at(one) == at]
        return found[0] if found else None

    def _list_of(self, num: str) -> str:
        """The id of the list that holds its levels; some say no more than which style does."""
        seen: set[str] = set()
        while num in self._nums and num not in seen:
            seen.add(num)
            list_id = value(self._nums[num], "w:abstractNumId")
            link = value(self._abstract[list_id], "w:numStyleLink") if list_id in self._abstract else ""
            style = self._styles.by_id.get(link)
            linked = None if style is None else style.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
            if linked is None:
                return list_id
            num = linked.get(qn("w:val"), "")
        return ""

    def _restart(self, num: str, counters: list[int | None]) -> None:
        """Levels that this use of the list begins again."""
        for at in range(LEVELS):
            override = self._override(num, at)
            if override is not None and override.find(qn("w:startOverride")) is not None:
                counters[at] = None

    def _reset_deeper(self, num: str, at: int, counters: list[int | None]) -> None:
        for deeper in range(at + 1, LEVELS):
            level = self._level(num, deeper)
            after = deeper if level is None else level.restarts_after
            if at < after:
                counters[deeper] = None

    def _written(self, num: str, level: NumberingLevel, counters: list[int | None]) -> str:
        def one(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            other = self._level(num, at)
            count = counters[at]
            if count is None:
                count = other.start if other else 1
            return counted(count, "decimal" if level.is_legal or other is None else other.style)

        return _PLACE.sub(one, level.text)


def _by_id(root: Any, tag: str, name: str) -> dict[str, Any]:
    return {one.get(qn(name), ""): one for one in root.findall(qn(tag))}


def _at(element: Any) -> int:
    found = element.get(qn("w:ilvl"), "")
    return int(found) if found.isdecimal() else 0


def _level(element: Any, at: int, override: Any) -> NumberingLevel:
    fonts = element.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
    start = number(element, "w:start", 0)
    return NumberingLevel(
        start=start if override is None else number(override, "w:startOverride", start),
        style=_style(element),
        text=value(element, "w:lvlText"),
        font="" if fonts is None else fonts.get(qn("w:ascii"), ""),
        gap="" if value(element, "w:suff") == "nothing" else " ",
        is_legal=on(element.find(qn("w:isLgl"))),
        is_hidden=on(element.find(f"{qn('w:rPr')}/{qn('w:vanish')}")),
        restarts_after=number(element, "w:lvlRestart", at),
        paragraph_style=value(element, "w:pStyle"),
    )


def _style(element: Any) -> str:
    """`custom` says by its first numbers how many digits there are."""
    found = element.find(f".//{qn('w:numFmt')}")
    if found is None:
        return "decimal"
    zeros = _CUSTOM_ZEROS.match(found.get(qn("w:format"), ""))
    style = found.get(qn("w:val"), "decimal")
    return f"{len(zeros[1]) + 1} digits" if style == "custom" and zeros else style
