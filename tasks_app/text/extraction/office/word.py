"""Word files (.docx): paragraphs, headings and tables in the order of the document."""

from collections.abc import Iterator
from pathlib import Path

import docx
from docx.document import Document
from docx.opc.exceptions import OpcError
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from lxml import etree

from tasks_app.text.extraction.common import archive, damage
from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.lines import ExtractedLine, joined, row
from tasks_app.text.extraction.common.result import Extracted, Unreadable
from tasks_app.text.extraction.office.word_headings import HeadingLevels

NOTE_PARTS = ("/word/footnotes.xml", "/word/endnotes.xml")

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PARAGRAPH, _ROW, _CELL, _TEXT_BOX = qn("w:p"), qn("w:tr"), qn("w:tc"), qn("w:txbxContent")
_TEXTS = {qn("w:t"), f"{_MATH}t"}
_BREAKS = {
    qn("w:tab"): "\t",
    qn("w:ptab"): "\t",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}
_LEFT_OUT = {
    qn("w:pPr"),
    qn("w:rPr"),
    qn("w:rt"),  # the reading printed above characters
    qn("w:del"),
    qn("w:moveFrom"),
    _FALLBACK,  # repeats what stands before it
    _TEXT_BOX,  # follows its paragraph
}


def read(path: Path, limits: ExtractionLimits) -> Extracted:
    """Raises Unreadable: what `archive.inspect` raises, not_as_named, damaged, too_many_characters."""
    archive.inspect(path, limits, ".docx", "word/")
    try:
        return joined(_lines(_opened(path)), limits)
    except (OpcError, etree.XMLSyntaxError, KeyError) as error:
        raise damage.meaning(error) from error


def _opened(path: Path) -> Document:
    try:
        return docx.Document(str(path))
    except ValueError as error:  # a template, or a document with macros, under another name
        raise Unreadable("not_as_named", extension=".docx", found="Office") from error


def _lines(document: Document) -> Iterator[ExtractedLine]:
    """The body, then the notes."""
    outline = HeadingLevels.of(document.styles.element)
    yield from _blocks(document.element.body, outline)
    for part in document.part.package.iter_parts():
        if part.partname in NOTE_PARTS:
            for note in parse_xml(part.blob):
                if note.get(qn("w:type")) is None:  # those with a type only draw separators
                    yield from _blocks(note, outline)


def _blocks(parent: etree._Element, outline: HeadingLevels) -> Iterator[ExtractedLine]:
    """Paragraphs and table rows below `parent`, also those inside content controls and revisions."""
    for element in parent:
        if element.tag == _PARAGRAPH:
            yield ExtractedLine(_text(element), outline.level(element))
            for box in element.iter(_TEXT_BOX):
                if next(box.iterancestors(_PARAGRAPH)) is element and not any(box.iterancestors(_FALLBACK)):
                    yield from _blocks(box, outline)
        elif element.tag == _ROW:
            yield ExtractedLine(row(_cells(element, outline)), is_row=True)
        elif element.tag not in _LEFT_OUT:
            yield from _blocks(element, outline)


def _cells(row: etree._Element, outline: HeadingLevels) -> Iterator[str]:
    for element in row:
        if element.tag == _CELL:
            yield " ".join(line.text for line in _blocks(element, outline))
        elif element.tag not in _LEFT_OUT:
            yield from _cells(element, outline)


def _text(element: etree._Element) -> str:
    pieces: list[str] = []
    for child in element:
        if child.tag in _TEXTS:
            pieces.append(child.text or "")
        elif child.tag in _BREAKS:
            pieces.append(_BREAKS[child.tag])
        elif child.tag not in _LEFT_OUT:
            pieces.append(_text(child))
    return "".join(pieces)
