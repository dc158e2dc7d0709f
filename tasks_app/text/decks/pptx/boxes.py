"""Placeholders as boxes that hold so much text, and text made to fit them. Lengths are points."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from pptx.oxml.ns import qn
from pptx.util import Emu

from tasks_app.text.decks.pptx import measure

LINE_HEIGHT = 1.45
"""Of the font's size: what Noto Sans CJK and Yu Gothic take at single spacing, the most of common fonts."""

MIN_SHARE = 0.75
"""Text is made smaller down to this share of the template's size before it is split or cut."""

MIN_SIZE = 12.0
INSETS = {"lIns": 7.2, "rIns": 7.2, "tIns": 3.6, "bIns": 3.6}
"""PowerPoint's own margins within a box (ECMA-376-1, 21.1.2.1.1)."""

PARAGRAPH_GAP = 8.0
USUAL_SIZE = 18.0


@dataclass(frozen=True)
class Fitted:
    """Paragraphs for each page at one size; `native` where that is the template's own. `cut` was shortened."""

    size: float
    native: bool
    pages: list[list[str]]
    cut: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Box:
    """Room for text, and the size the template wants it in."""

    width: float
    height: float
    size: float
    indent: float = 0.0

    @classmethod
    def of(cls, placeholder: Any) -> "Box":
        """From a placeholder of a layout, with what it inherits from its master."""
        chain = _chain(placeholder)
        insets = {name: _inset(chain, name) for name in INSETS}
        return cls(
            width=Emu(placeholder.width).pt - insets["lIns"] - insets["rIns"],
            height=Emu(placeholder.height).pt - insets["tIns"] - insets["bIns"],
            size=_style(chain, placeholder, "sz", USUAL_SIZE * 100) / 100,
            indent=Emu(int(_style(chain, placeholder, "marL", 0))).pt,
        )

    def needed(self, paragraphs: Sequence[str], size: float) -> float:
        """Height of the paragraphs."""
        room = max(self.width - self.indent, size)
        rows = sum(measure.lines(paragraph, size, room) for paragraph in paragraphs)
        return rows * size * LINE_HEIGHT + PARAGRAPH_GAP * max(0, len(paragraphs) - 1)

    def holds(self, paragraphs: Sequence[str], size: float) -> bool:
        return self.needed(paragraphs, size) <= self.height

    def sizes(self) -> Iterator[float]:
        """The template's size and smaller ones, down to what can still be read."""
        least = min(self.size, max(MIN_SIZE, self.size * MIN_SHARE))
        for step in count():
            size = self.size - step
            if size <= least:
                break
            yield size
        yield least

    def one_page(self, paragraphs: Sequence[str]) -> Fitted:
        """All in this box: smaller where needed, and the last paragraphs cut where that is not enough."""
        size = next((size for size in self.sizes() if self.holds(paragraphs, size)), None)
        if size is not None:
            return Fitted(size, size == self.size, [list(paragraphs)])
        least = list(self.sizes())[-1]
        kept, cut = self._cut(paragraphs, least)
        return Fitted(least, least == self.size, [kept], cut)

    def paged(self, paragraphs: Sequence[str]) -> Fitted:
        """Smaller where that suffices, otherwise over several pages; a paragraph longer than a page is cut."""
        size = next((size for size in self.sizes() if self.holds(paragraphs, size)), None)
        if size is not None:
            return Fitted(size, size == self.size, [list(paragraphs)])
        least = list(self.sizes())[-1]
        pages: list[list[str]] = [[]]
        cut: list[str] = []
        for paragraph in paragraphs:
            if pages[-1] and not self.holds([*pages[-1], paragraph], least):
                pages.append([])
            kept, lost = self._cut([paragraph], least) if not pages[-1] else ([paragraph], [])
            pages[-1].extend(kept)
            cut.extend(lost)
        return Fitted(least, least == self.size, pages, cut)

    def _cut(self, paragraphs: Sequence[str], size: float) -> tuple[list[str], list[str]]:
        """What of the paragraphs fits, and those of which something is missing."""
        kept: list[str] = []
        cut: list[str] = []
        room = max(self.width - self.indent, size)
        for paragraph in paragraphs:
            left = self.height - (self.needed(kept, size) + PARAGRAPH_GAP if kept else 0.0)
            rows = int(left / (size * LINE_HEIGHT))
            if kept and rows < 1:
                cut.append(paragraph)
                continue
            shown = measure.cut(paragraph, size, room, max(rows, 1))
            kept.append(shown)
            if shown != paragraph:
                cut.append(paragraph)
        return kept, cut


def _chain(placeholder: Any) -> list[Any]:
    """The elements of a layout's placeholder and of the master's that it takes after."""
    above = placeholder._base_placeholder
    return [placeholder._element] if above is None else [placeholder._element, above._element]


def _inset(chain: Sequence[Any], name: str) -> float:
    for element in chain:
        body = next(element.iter(qn("a:bodyPr")), None)
        if body is not None and body.get(name) is not None:
            return float(Emu(int(body.get(name))).pt)
    return INSETS[name]


def _style(chain: Sequence[Any], placeholder: Any, name: str, usual: float) -> float:
    """An attribute of the first outline level: `sz` in hundredths of a point, `marL` in EMU."""
    for element in chain:
        level = next(element.iter(qn("a:lvl1pPr")), None)
        if (value := _attribute(level, name)) is not None:
            return value
    level = next(_master_style(placeholder).iter(qn("a:lvl1pPr")), None)
    value = _attribute(level, name)
    return usual if value is None else value


def _attribute(level: Any, name: str) -> float | None:
    if level is None:
        return None
    holder = level.find(qn("a:defRPr")) if name == "sz" else level
    value = None if holder is None else holder.get(name)
    return None if value is None else float(value)


def _master_style(placeholder: Any) -> Any:
    kind = placeholder._element.ph.get("type", "obj")
    style = (
        "titleStyle" if kind in ("title", "ctrTitle") else "otherStyle" if kind in ("ftr", "sldNum") else "bodyStyle"
    )
    return placeholder.part.slide_master._element.find(qn("p:txStyles")).find(qn(f"p:{style}"))
