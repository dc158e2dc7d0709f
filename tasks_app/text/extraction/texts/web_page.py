"""Web pages (.html): what a reader would see of them. Nothing that a page refers to is fetched."""

import re
from codecs import lookup
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from lxml import etree, html

from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.lines import BODY, ExtractedLine, joined, row
from tasks_app.text.extraction.common.result import Extracted, Unreadable
from tasks_app.text.extraction.texts import plain_text
from tasks_app.text.japanese.encoding import SAMPLE, decode, decode_proven
from tasks_app.text.japanese.plausibility import NONSENSE, plausibility

UNSEEN = {
    *("applet", "audio", "canvas", "datalist", "embed", "head", "iframe", "math", "noembed", "noframes"),
    *("noscript", "object", "option", "rp", "rt", "script", "select", "style", "svg", "template", "video"),
}
INLINE = {
    *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "button", "cite", "code", "data", "del", "dfn", "em"),
    *("font", "i", "ins", "kbd", "label", "mark", "q", "rb", "ruby", "s", "samp", "small", "span", "strike"),
    *("strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "img", "input"),
}
"""Elements that do not begin a line of their own."""

LEVELS = {f"h{level}": level for level in range(1, 7)}
LAYOUT = ("table", *LEVELS)
"""A table that has one of these inside arranges the page; its rows are not rows of data."""

ENTITY = re.compile(rb"<!DOCTYPE[^>]*\[\s*<!ENTITY", re.IGNORECASE)
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
CODECS = {
    "iso-8859-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
}
"""By the names of encodings that browsers read otherwise than they are named (WHATWG, Encoding, 4.2)."""

JAPANESE = ("cp932", "shift_jis", "shift_jis_2004", "euc_jp", "euc_jis_2004", "iso2022_jp")

_MARKUP = re.compile(r"<[^>]{0,1000}>")
_BREAK = "\v"
"""Stands for <br> while white space is folded."""

_SPACE = re.compile(r"[ \t\n\f\r]+")
_BETWEEN_WIDE = re.compile(r"(?<=[\u2e80-\uffef])[ \t\f\r]*\n[ \t\n\f\r]*(?=[\u2e80-\uffef])")
"""A line end in the file is no space between characters that are written without spaces (CSS Text 3, 4.1.3)."""


def read(path: Path, limits: ExtractionLimits, charset: str = "") -> Extracted:
    """`charset` is what its server called the encoding; it counts before what the page says of itself (HTML 13.2.3.1).

    Raises Unreadable: not_text, no_text, damaged, forbidden_declaration, too_many_characters.
    """
    found = plain_text.decoded(path, limits, partial(_decoded, charset=charset))
    data = found.text.encode()
    if ENTITY.search(data[:4096]):
        raise Unreadable("forbidden_declaration")
    # Handed over as UTF-8 whatever the page declares about itself. A tree cut off at the usual depth would lose text.
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        page = html.document_fromstring(data, parser=parser)
    except etree.ParserError as error:  # there is no element in it
        raise Unreadable("no_text") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise Unreadable("damaged")
    return replace(joined(_lines(page), limits), encoding=found.encoding)


def _decoded(data: bytes, charset: str) -> tuple[str, str]:
    """As `encoding.decode`. What is declared counts where the bytes prove nothing, and not among Japanese encodings."""
    found = decode_proven(data)
    if found:
        return found
    declared = DECLARED.search(data[:4096])
    own = declared[1].decode("ascii", "replace") if declared else ""
    codec = _codec(charset or own)
    if codec and codec not in JAPANESE:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            return decode(data)
        if plausibility(_seen(text)) >= NONSENSE:
            return text, codec
    return decode(data)


def _codec(label: str) -> str:
    """Python's name of an encoding, empty for what is none of text."""
    name = CODECS.get(label.lower(), label)
    try:
        found = lookup(name)
    except LookupError:
        return ""
    return found.name.replace("-", "_") if found._is_text_encoding else ""


def _seen(text: str) -> str:
    """Roughly the text of the page's beginning without its markup."""
    return _MARKUP.sub("", text[:SAMPLE])


def _lines(page: html.HtmlElement) -> Iterator[ExtractedLine]:
    title = page.findtext("head/title")
    if title and title.strip():
        yield ExtractedLine(_folded(title), level=0)
    yield from _Walk().lines(page)


class _Walk:
    """Through a page in its order, without recursion: pages with thousands of unclosed elements are common."""

    def __init__(self) -> None:
        self._line: list[str] = []
        self._cells: list[list[str]] | None = None
        self._preformatted = 0

    def lines(self, page: html.HtmlElement) -> Iterator[ExtractedLine]:
        walk = etree.iterwalk(page, events=("start", "end"))
        for event, element in walk:
            if event == "start":
                if _unseen(element):
                    walk.skip_subtree()
                    continue
                yield from self._enter(element)
                self._write(element.text)
                continue
            if not _unseen(element):
                yield from self._leave(element)
            self._write(element.tail)
        yield from self._flushed()

    def _enter(self, element: html.HtmlElement) -> Iterator[ExtractedLine]:
        if element.tag == "br":
            self._write_raw(_BREAK)
        elif self._cells is not None:
            if element.tag in ("td", "th"):
                self._cells.append([])
            elif element.tag not in INLINE:
                self._write_raw(" ")
        elif element.tag not in INLINE:
            yield from self._flushed()
            if element.tag == "tr" and _in_data_table(element):
                self._cells = []
        self._preformatted += element.tag == "pre"

    def _leave(self, element: html.HtmlElement) -> Iterator[ExtractedLine]:
        self._preformatted -= element.tag == "pre"
        if self._cells is not None:
            if element.tag == "tr":
                cells = [_folded("".join(pieces).replace(_BREAK, " ")) for pieces in self._cells]
                self._cells = None
                yield ExtractedLine(row(cells), is_row=True)
            elif element.tag not in INLINE:
                self._write_raw(" ")
        elif element.tag not in INLINE and element.tag != "br":
            yield from self._flushed(LEVELS.get(element.tag, BODY))

    def _flushed(self, level: int = BODY) -> Iterator[ExtractedLine]:
        text = "\n".join(_folded(part) for part in "".join(self._line).split(_BREAK)).strip("\n")
        self._line.clear()
        if text:
            yield ExtractedLine(text, level)

    def _write(self, text: str | None) -> None:
        if text:
            self._write_raw(text.replace("\n", _BREAK) if self._preformatted else text.replace(_BREAK, " "))

    def _write_raw(self, text: str) -> None:
        if self._cells is None:
            self._line.append(text)
        elif self._cells:  # text in a row outside its cells is shown nowhere
            self._cells[-1].append(text)


def _unseen(element: html.HtmlElement) -> bool:
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
