"""Text into the paragraphs of a shape, each run with a font for both scripts, so that Japanese is never tofu."""

import re
from typing import Any

from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Pt

FALLBACK = "Yu Gothic"
"""Where a template's theme names no font for East Asian text."""

JAPANESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


class Fonts:
    """The fonts of a theme, for headings and for text, by reference where the theme has one."""

    def __init__(self, presentation: Any) -> None:
        theme = self._theme(presentation)
        self.heading = self._east_asian(theme, "majorFont", "+mj-ea")
        self.text = self._east_asian(theme, "minorFont", "+mn-ea")

    @staticmethod
    def _theme(presentation: Any) -> str:
        relations = presentation.slide_master.part.rels.values()
        blobs = [relation.target_part.blob for relation in relations if relation.reltype.endswith("/theme")]
        return blobs[0].decode("utf-8", "replace") if blobs else ""

    @staticmethod
    def _east_asian(theme: str, group: str, reference: str) -> str:
        fonts = re.search(rf"<a:{group}>.*?</a:{group}>", theme, re.DOTALL)
        found = re.search(r'<a:ea typeface="([^"]+)"', fonts[0]) if fonts else None
        japanese = re.search(r'<a:font script="Jpan" typeface="([^"]+)"', fonts[0]) if fonts else None
        return reference if found else japanese[1] if japanese else FALLBACK


def write(paragraph: Any, text: str, east_asian: str, size: float | None = None, bold: bool = False) -> None:
    """A run of its own; `size` in points where it is not the template's."""
    run = paragraph.add_run()
    run.text = text
    if size is not None:
        run.font.size = Pt(size)
    if bold:
        run.font.bold = True
    dress(run.font._element, text, east_asian)


def dress(properties: Any, text: str, east_asian: str) -> None:
    """Fonts for both scripts, and the language for spell checkers, into a run's properties."""
    properties.set("lang", "ja-JP" if JAPANESE.search(text) else "en-US")
    heading = east_asian == "+mj-ea"
    for tag, face in (("a:ea", east_asian), ("a:latin", "+mj-lt" if heading else "+mn-lt")):
        for former in properties.findall(qn(tag)):
            properties.remove(former)
        font = OxmlElement(tag)
        font.set("typeface", face)
        anchor = next((child for child in properties if child.tag in _AFTER_FONTS[tag]), None)
        if anchor is None:
            properties.append(font)
        else:
            anchor.addprevious(font)


_TAIL = {qn("a:cs"), qn("a:sym"), qn("a:hlinkClick"), qn("a:hlinkMouseOver"), qn("a:rtl"), qn("a:extLst")}
_AFTER_FONTS = {"a:ea": _TAIL, "a:latin": _TAIL | {qn("a:ea")}}
"""What may only stand after each element (ECMA-376-1, 21.1.2.3.9)."""
