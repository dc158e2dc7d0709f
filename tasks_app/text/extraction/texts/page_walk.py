"""Through a web page in its order: the lines that a reader would see."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree, html

from tasks_app.text.extraction.common.lines import BODY, row
from tasks_app.text.extraction.common.omissions import OmissionKind, OmissionLog
from tasks_app.text.extraction.texts.list_numbers import ListNumbers
from tasks_app.text.extraction.texts.main_content import DOCUMENTS, PageLine

UNSEEN = {
    *("applet", "audio", "canvas", "datalist", "embed", "head", "iframe", "math", "noembed", "noframes"),
    *("object", "option", "rp", "rt", "script", "select", "style", "svg", "template", "video"),
}
"""`noscript` is not one of them: we run no scripts."""

SAID = {
    "audio": OmissionKind.RECORDINGS,
    "embed": OmissionKind.FRAMES,
    "iframe": OmissionKind.FRAMES,
    "math": OmissionKind.FORMULAS,
    "object": OmissionKind.FRAMES,
    "rt": OmissionKind.READINGS,
    "video": OmissionKind.RECORDINGS,
}
"""What the text lacks, by the elements that are not read."""

INLINE = {
    *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "button", "cite", "code", "data", "del", "dfn", "em"),
    *("font", "i", "ins", "kbd", "label", "mark", "noscript", "q", "rb", "ruby", "s", "samp", "small", "span"),
    *("strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "img", "input"),
}
"""Elements that do not begin a line of their own."""

LEVELS = {f"h{level}": level for level in range(1, 7)}
LAYOUT = ("table", *LEVELS)
"""A table that has one of these inside arranges the page; its rows are not rows of data."""

HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

_FILE_NAME = re.compile(r"^\S+\.(?:gif|jpe?g|png|svg|webp)$", re.IGNORECASE)
"""What some programs write as the alternative of a picture."""

_BREAK = "\v"
"""Stands for <br> while white space is folded."""

_SPACE = re.compile(r"[ \t\n\f\r]+")
_BETWEEN_WIDE = re.compile(r"(?<=[\u2e80-\uffef])[ \t\f\r]*\n[ \t\n\f\r]*(?=[\u2e80-\uffef])")
"""A line end in the file is no space between characters that are written without spaces (CSS Text 3, 4.1.3)."""


@dataclass
class _Line:
    """What has been collected of the line so far."""

    pieces: list[str] = field(default_factory=list)
    marker: str = ""
    alternatives: list[str] = field(default_factory=list)
    links: int = 0
    offers: bool = False


class PageWalk:
    """Without recursion: pages with thousands of unclosed elements are common."""

    def __init__(self, page: html.HtmlElement, log: OmissionLog) -> None:
        self._page = page
        self._log = log
        self._numbers = ListNumbers(page)
        self._line = _Line()
        self._cells: list[list[str]] | None = None
        self._preformatted = 0
        self._links = 0

    def lines(self) -> Iterator[PageLine]:
        walk = etree.iterwalk(self._page, events=("start", "end"))
        for event, element in walk:
            if event == "start":
                if is_unseen(element):
                    walk.skip_subtree()
                    self._say(element)
                    continue
                yield from self._enter(element)
                self._write(element.text)
                continue
            if not is_unseen(element):
                yield from self._leave(element)
            self._write(element.tail)
        yield from self._flushed()

    def _say(self, element: html.HtmlElement) -> None:
        kind = SAID.get(element.tag)
        if kind:
            self._log.add(kind)
        elif element.tag not in UNSEEN and element.text_content().strip():
            self._log.add(OmissionKind.HIDDEN_TEXT)

    def _enter(self, element: html.HtmlElement) -> Iterator[PageLine]:
        if element.tag == "br":
            self._write_raw(_BREAK)
        elif element.tag == "img":
            self._picture(element)
        elif self._cells is not None:
            if element.tag in ("td", "th"):
                self._cells.append([])
            elif element.tag not in INLINE:
                self._write_raw(" ")
        elif element.tag not in INLINE:
            yield from self._flushed()
            if element.tag == "tr" and _in_data_table(element):
                self._cells = []
        if element.tag == "li":
            self._begin_item(self._numbers.marker(element))
        self._preformatted += element.tag == "pre"
        self._links += element.tag == "a"
        self._line.offers |= element.tag == "a" and bool(DOCUMENTS.search(element.get("href", "")))

    def _leave(self, element: html.HtmlElement) -> Iterator[PageLine]:
        self._preformatted -= element.tag == "pre"
        self._links -= element.tag == "a"
        if self._cells is not None:
            if element.tag == "tr":
                cells = [_folded("".join(pieces).replace(_BREAK, " ")) for pieces in self._cells]
                self._cells = None
                yield self._made(row(cells), is_row=True)
            elif element.tag not in INLINE:
                self._write_raw(" ")
        elif element.tag not in INLINE and element.tag != "br":
            yield from self._flushed(LEVELS.get(element.tag, BODY))

    def _begin_item(self, marker: str) -> None:
        if self._cells is None:
            self._line.marker = marker
        else:
            self._write_raw(marker)

    def _picture(self, element: html.HtmlElement) -> None:
        alternative = _folded(element.get("alt", ""))
        if alternative and not _FILE_NAME.search(alternative):
            self._line.alternatives.append(alternative)
            self._write(alternative)
        elif element.get("alt") != "":  # an empty one says that the picture is there for its looks
            self._log.add(OmissionKind.PICTURES)

    def _flushed(self, level: int = BODY) -> Iterator[PageLine]:
        text = "\n".join(_folded(part) for part in "".join(self._line.pieces).split(_BREAK)).strip("\n")
        if text:
            yield self._made(text, level)
        else:  # the number of an item waits for its first words
            self._line = _Line(marker=self._line.marker)

    def _made(self, text: str, level: int = BODY, *, is_row: bool = False) -> PageLine:
        line = self._line
        self._line = _Line()
        return PageLine(
            text=line.marker + text,
            level=level,
            is_row=is_row,
            marker=line.marker,
            alternatives=tuple(line.alternatives),
            links=line.links,
            offers=line.offers,
        )

    def _write(self, text: str | None) -> None:
        if text:
            self._write_raw(text.replace("\n", _BREAK) if self._preformatted else text.replace(_BREAK, " "))

    def _write_raw(self, text: str) -> None:
        if self._links:
            self._line.links += len(text.strip())
        if self._cells is None:
            self._line.pieces.append(text)
        elif self._cells:  # text in a row outside its cells is shown nowhere
            self._cells[-1].append(text)


def is_unseen(element: html.HtmlElement) -> bool:
    return (
        element.tag in UNSEEN
        or element.get("hidden") is not None
        or bool(HIDDEN_STYLE.search(element.get("style", "")))
    )


def _in_data_table(element: html.HtmlElement) -> bool:
    table = next(element.iterancestors("table"), None)
    return table is not None and next(table.iterdescendants(*LAYOUT), None) is None


def _folded(text: str) -> str:
    return _SPACE.sub(" ", _BETWEEN_WIDE.sub("", text)).strip()


def title_of(page: html.HtmlElement) -> str:
    return _folded(page.findtext("head/title") or "")
