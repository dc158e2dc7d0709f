"""PowerPoint files (.pptx): each slide a page under its title, then its notes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.exc import PackageNotFoundError
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

from tasks_app.text.extraction.common import archive, damage
from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.lines import BODY, ExtractedLine, joined, row
from tasks_app.text.extraction.common.result import Extracted, Unreadable

NOTES = "［ノート / Notes］"
"""Stands before what is written in a slide's notes."""

TITLES = {"title", "ctrTitle"}
REPEATED = {"dt", "ftr", "hdr", "sldNum", "sldImg"}
"""Placeholders that show the same on every slide: date, footer, header, number, the picture on a notes page."""

_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BREAKS = {qn("a:br"): "\n", qn("a:tab"): "\t"}


def read(path: Path, limits: ExtractionLimits) -> Extracted:
    """Raises Unreadable: what `archive.inspect` raises, not_as_named, damaged, too_many_pages, too_many_characters."""
    archive.inspect(path, limits, ".pptx", "ppt/")
    try:
        return joined(_lines(_opened(path)), limits)
    except (PackageNotFoundError, etree.XMLSyntaxError, KeyError) as error:
        raise damage.meaning(error) from error


def _opened(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            return Presentation(file)
    except ValueError as error:  # a template, or slides with macros, under another name
        raise Unreadable("not_as_named", extension=".pptx", found="Office") from error


def _lines(presentation: Any) -> Iterator[ExtractedLine]:
    for number, slide in enumerate(presentation.slides, start=1):
        shapes = list(_shapes(slide._element.cSld.spTree))
        for shape in sorted(shapes, key=lambda one: _placeholder(one) not in TITLES):
            yield from _shown(shape, slide.part, number)
        yield ExtractedLine("", page=number)
        if slide.has_notes_slide:
            notes = slide.notes_slide
            written = [
                line
                for shape in _shapes(notes._element.cSld.spTree)
                for line in _shown(shape, notes.part, number)
                if line.text.strip()
            ]
            if written:
                yield ExtractedLine(NOTES, page=number)
            yield from written


def _shapes(parent: Any) -> Iterator[Any]:
    """Shapes in the order of the file, which is that of reading; groups opened, repeated placeholders left out."""
    for element in parent:
        if element.tag in (qn("p:sp"), qn("p:graphicFrame")):
            if _placeholder(element) not in REPEATED:
                yield element
        elif element.tag != _FALLBACK:
            yield from _shapes(element)


def _placeholder(shape: Any) -> str:
    """What a shape is a placeholder for; empty if it is none."""
    found = next(shape.iter(qn("p:ph")), None)
    return "" if found is None else str(found.get("type", "obj"))


def _shown(shape: Any, part: Any, page: int) -> Iterator[ExtractedLine]:
    if shape.tag == qn("p:sp"):
        body = shape.find(qn("p:txBody"))
        paragraphs = [] if body is None else [_text(paragraph) for paragraph in body.iter(qn("a:p"))]
        if _placeholder(shape) in TITLES:
            yield ExtractedLine(" ".join(filter(None, paragraphs)), level=1, page=page)
        else:
            yield ExtractedLine("\n".join(filter(None, paragraphs)), level=BODY, page=page)
        return
    for cells in shape.iter(qn("a:tr")):
        texts = (" ".join(_text(p) for p in cell.iter(qn("a:p"))) for cell in cells.iter(qn("a:tc")))
        yield ExtractedLine(row(texts), is_row=True, page=page)
    for chart in shape.iter(qn("c:chart")):
        yield from _chart(parse_xml(part.related_part(chart.get(qn("r:id"))).blob), page)
    for diagram in shape.iter(f"{_DIAGRAM}relIds"):
        data = parse_xml(part.related_part(diagram.get(qn("r:dm"))).blob)
        for point in data.iter(f"{_DIAGRAM}pt"):
            yield ExtractedLine("\n".join(filter(None, map(_text, point.iter(qn("a:p"))))), page=page)


def _chart(space: Any, page: int) -> Iterator[ExtractedLine]:
    """Its title, then a row for each series: name and values, the categories above."""
    for title in space.iter(qn("c:title")):
        yield ExtractedLine(" ".join(_text(paragraph) for paragraph in title.iter(qn("a:p"))), page=page)
    categories: list[str] = []
    for series in space.iter(qn("c:ser")):
        found = _points(series, "c:cat")
        if found != categories:
            categories = found
            yield ExtractedLine(row(["", *categories]), is_row=True, page=page)
        yield ExtractedLine(row([*_points(series, "c:tx"), *_points(series, "c:val")]), is_row=True, page=page)


def _points(series: Any, name: str) -> list[str]:
    return [value.text or "" for value in series.iterfind(f"{qn(name)}//{qn('c:v')}")]


def _text(paragraph: Any) -> str:
    found = paragraph.iter(qn("a:t"), *_BREAKS)
    return "".join(_BREAKS.get(element.tag) or element.text or "" for element in found)
