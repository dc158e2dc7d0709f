"""PowerPoint files (.pptx): each slide a page under its title, its shapes in reading order, then notes and comments."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.lines import HIDDEN, ExtractedLine, joined, row
from tasks_app.text.extraction.common.omissions import OmissionKind, OmissionLog
from tasks_app.text.extraction.common.result import Extracted, Unreadable
from tasks_app.text.extraction.office import drawing_text
from tasks_app.text.extraction.office.office_package import OfficePackage, chosen, opened, qn
from tasks_app.text.extraction.office.presentations.slide_layout import SlideLayout, placeholder, reading_order

NOTES = "［ノート / Notes］"
"""Stands before what is written in a slide's notes."""

COMMENT = "［コメント / Comment］"
TITLES = {"title", "ctrTitle"}
ONCE = {"ftr", "hdr"}
"""Placeholders that say the same on every slide and are read on the first."""

REPEATED = {"dt", "sldNum", "sldImg"}
"""Placeholders of the date, the slide's number, and the picture on a notes page."""

SHAPES = {qn("p:sp"), qn("p:grpSp"), qn("p:graphicFrame"), qn("p:pic"), qn("p:cxnSp")}


def read(path: Path, limits: ExtractionLimits) -> Extracted:
    """Raises Unreadable: what `archive.inspect` raises, not_as_named, damaged, too_many_pages, too_many_characters."""
    log = OmissionLog()
    with opened(path, limits, ".pptx") as package:
        return joined(_lines(package, log), limits, log)


def _lines(package: OfficePackage, log: OmissionLog) -> Iterator[ExtractedLine]:
    root = package.root(package.main)
    said: set[str] = set()
    for number, entry in enumerate(root.iterfind(f"{qn('p:sldIdLst')}/{qn('p:sldId')}"), start=1):
        part = package.target(package.main, entry.get(qn("r:id")))
        if not part:
            raise Unreadable("damaged")
        yield from SlideReader(package, part, number, log, said).lines()


class SlideReader:
    """A slide, or the page of its notes. `said` are the headers and footers of the slides before it."""

    def __init__(self, package: OfficePackage, part: str, number: int, log: OmissionLog, said: set[str]) -> None:
        self._package = package
        self._part = part
        self._number = number
        self._log = log
        self._said = said
        self._root = package.root(part)
        self._layout = SlideLayout(package, part)

    def lines(self) -> Iterator[ExtractedLine]:
        is_hidden = self._root.get("show", "1") in ("0", "false")
        if not is_hidden:
            yield from self._all_lines()
            return
        self._log.add(OmissionKind.HIDDEN_SLIDES, slide=self._number)
        lines = [line for line in self._all_lines() if line.text.strip()]
        first = lines.pop(0) if lines and lines[0].level == 1 else ExtractedLine("", level=1, page=self._number)
        for line in (replace(first, text=f"{HIDDEN} {first.text}".strip()), *lines):
            yield replace(line, hidden=True)

    def _all_lines(self) -> Iterator[ExtractedLine]:
        shapes = list(self._shapes(self._root.find(f"{qn('p:cSld')}/{qn('p:spTree')}")))
        yield ExtractedLine("", page=self._number)
        titles = [shape for shape in shapes if placeholder(shape) in TITLES]
        others = [shape for shape in shapes if placeholder(shape) not in TITLES | ONCE]
        repeated = [shape for shape in shapes if placeholder(shape) in ONCE and self._is_new(shape)]
        for shape in (*titles, *reading_order(others, self._layout), *repeated):
            for line in self._shown(shape):
                yield replace(line, page=self._number)
        for line in (*self._notes(), *self._comments()):
            yield replace(line, page=self._number)

    def _shapes(self, parent: Any) -> Iterator[Any]:
        """The shapes of a slide or of a group, in the order of drawing."""
        for element in () if parent is None else parent:
            if element.tag == qn("mc:AlternateContent"):
                yield from self._shapes(chosen(element))
            elif element.tag not in SHAPES:
                continue
            elif _is_hidden(element):
                self._log.add(OmissionKind.HIDDEN_TEXT, int(_says_anything(element)), slide=self._number)
            elif placeholder(element) not in REPEATED:
                yield element

    def _is_new(self, shape: Any) -> bool:
        text = "".join(shape.itertext(qn("a:t")))
        is_new = text not in self._said
        self._said.add(text)
        return is_new

    def _shown(self, shape: Any) -> Iterator[ExtractedLine]:
        match shape.tag.rpartition("}")[2]:
            case "grpSp":
                for one in reading_order(list(self._shapes(shape)), self._layout):
                    yield from self._shown(one)
            case "pic":
                is_recording = any(True for _ in shape.iter(qn("a:videoFile"), qn("a:audioFile"), qn("a:wavAudioFile")))
                kind = OmissionKind.RECORDINGS if is_recording else OmissionKind.PICTURES
                self._log.add(kind, slide=self._number)
                yield ExtractedLine(drawing_text.alternative_text(shape.find(f"*/{qn('p:cNvPr')}")))
            case "graphicFrame":
                yield from self._graphic(shape)
            case _:
                yield from self._text(shape)

    def _text(self, shape: Any) -> Iterator[ExtractedLine]:
        body = shape.find(qn("p:txBody"))
        if body is None:
            return
        paragraphs = filter(None, drawing_text.paragraphs(body, self._layout.list_style(shape)))
        if placeholder(shape) in TITLES:
            yield ExtractedLine(" ".join(paragraphs), level=1)
        else:
            yield ExtractedLine("\n".join(paragraphs))

    def _graphic(self, frame: Any) -> Iterator[ExtractedLine]:
        """A table, a chart, a diagram, or a file of another program."""
        for cells in frame.iter(qn("a:tr")):
            texts = (" ".join(filter(None, drawing_text.paragraphs(cell))) for cell in cells.iterchildren(qn("a:tc")))
            yield ExtractedLine(row(texts), is_row=True)
        for element in frame.iter(qn("c:chart")):
            yield from drawing_text.chart_lines(self._package, self._part, element, self._log, slide=self._number)
        for element in frame.iter(qn("dgm:relIds")):
            yield from drawing_text.diagram_lines(self._package, self._part, element, self._log, slide=self._number)
        for data in frame.iter(qn("a:graphicData")):
            self._log.add(OmissionKind.CHARTS, int("chartex" in data.get("uri", "")), slide=self._number)
        for element in list(frame.iter(qn("p:oleObj")))[:1]:
            is_formula = element.get("progId", "").startswith("Equation")
            kind = OmissionKind.FORMULAS if is_formula else OmissionKind.ATTACHMENTS
            self._log.add(kind, slide=self._number)

    def _notes(self) -> Iterator[ExtractedLine]:
        for part in self._package.related(self._part, "notesSlide")[:1]:
            page = SlideReader(self._package, part, self._number, OmissionLog(), set())
            shapes = page._shapes(page._root.find(f"{qn('p:cSld')}/{qn('p:spTree')}"))
            kept = [shape for shape in shapes if placeholder(shape) not in ONCE]
            written = [line for shape in kept for line in page._shown(shape) if line.text.strip()]
            if written:
                yield ExtractedLine(NOTES)
            yield from written

    def _comments(self) -> Iterator[ExtractedLine]:
        """Those of older files hold a text, those of newer ones paragraphs."""
        for part in self._package.related(self._part, "comments"):
            root = self._package.root(part)
            texts = [one.text or "" for one in root.iter(qn("p:text"))]
            for text in texts or map(drawing_text.paragraph_text, root.iter(qn("a:p"))):
                yield ExtractedLine(f"{COMMENT} {text}" if text.strip() else "")


def _is_hidden(shape: Any) -> bool:
    return any(one.get("hidden") in ("1", "true") for one in shape.iterfind(f"*/{qn('p:cNvPr')}"))


def _says_anything(shape: Any) -> bool:
    return any((one.text or "").strip() for one in shape.iter(qn("a:t")))
