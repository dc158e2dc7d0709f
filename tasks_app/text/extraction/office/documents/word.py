"""Word files (.docx): paragraphs, headings and tables in the order of the document, then notes, headers and footers."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from tasks_app.text.extraction.common import archive
from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.lines import ExtractedLine, joined, row
from tasks_app.text.extraction.common.omissions import OmissionKind, OmissionLog
from tasks_app.text.extraction.common.result import Extracted
from tasks_app.text.extraction.office import drawing_text
from tasks_app.text.extraction.office.documents.word_chunks import FOREIGN, foreign_lines
from tasks_app.text.extraction.office.documents.word_headings import HeadingLevels
from tasks_app.text.extraction.office.documents.word_numbering import WordNumbering
from tasks_app.text.extraction.office.documents.word_styles import WordStyles
from tasks_app.text.extraction.office.documents.word_text import WordText, set_ticks
from tasks_app.text.extraction.office.office_package import OfficePackage, chosen, opened, qn

COMMENT = "［コメント / Comment］"
HEADERS = "［ヘッダー・フッター / Headers and footers］"

MAX_NESTED = 2
"""Files in a file: one may hold others as pieces of itself (altChunk)."""

_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_TEXT_BOX, _CONTROL, _CHUNK = qn("w:txbxContent"), qn("w:sdt"), qn("w:altChunk")
_EMBEDDED = "{urn:schemas-microsoft-com:office:office}OLEObject"
_LEFT_OUT = {qn("w:pPr"), qn("w:rPr"), qn("w:sdtPr"), qn("w:del"), qn("w:moveFrom"), qn("w:tblPr"), qn("w:sectPr")}


def read(path: Path, limits: ExtractionLimits) -> Extracted:
    """Raises Unreadable: what `archive.inspect` raises, not_as_named, damaged, too_many_characters."""
    log = OmissionLog()
    with opened(path, limits, ".docx") as package:
        return joined(WordDocument(package, limits, log).lines(), limits, log)


class WordDocument:
    def __init__(self, package: OfficePackage, limits: ExtractionLimits, log: OmissionLog, depth: int = 0) -> None:
        self.package = package
        self.log = log
        self.depth = depth
        self._limits = limits
        self.styles = WordStyles.of(self._root_of("styles"))
        self.outline = HeadingLevels.of(self.styles.by_id)
        self.numbering = WordNumbering(self._root_of("numbering"), self.styles)
        self._comments = self._notes("comments")

    def lines(self) -> Iterator[ExtractedLine]:
        """The body, then the notes, then headers and footers, each once."""
        yield from WordStory(self, self.package.main).blocks(self.package.root(self.package.main))
        for comment_id in list(self._comments):  # those that nothing refers to
            yield from self.comment(comment_id)
        for kind in ("footnotes", "endnotes"):
            for part, note in self._notes(kind).values():
                yield from WordStory(self, part).blocks(note)
        yield from self._headers_and_footers()

    def comment(self, comment_id: str) -> Iterator[ExtractedLine]:
        """Each comes once: one may refer to itself."""
        part, comment = self._comments.pop(comment_id, ("", None))
        if comment is not None:
            text = " ".join(line.text for line in WordStory(self, part).blocks(comment))
            yield ExtractedLine(f"{COMMENT} {text}" if text.strip() else "")

    def nested(self, part: str) -> Iterator[ExtractedLine]:
        """The body of a file in this file. Raises what `read` raises."""
        file = BytesIO(self.package.data(part))
        archive.inspect(file, self._limits, ".docx", "word/")
        inner = WordDocument(OfficePackage(file, ".docx"), self._limits, self.log, self.depth + 1)
        yield from WordStory(inner, inner.package.main).blocks(inner.package.root(inner.package.main))

    def _headers_and_footers(self) -> Iterator[ExtractedLine]:
        main = self.package.main
        seen: set[str] = set()
        for kind in ("header", "footer"):
            for part in self.package.related(main, kind):
                for line in WordStory(self, part).blocks(self.package.root(part)):
                    if any(map(str.isalpha, line.text)) and line.text not in seen:
                        if not seen:
                            yield ExtractedLine(HEADERS)
                        seen.add(line.text)
                        yield ExtractedLine(line.text)

    def _root_of(self, kind: str) -> Any:
        """The root of the part that says `kind` of the whole document; None if there is none."""
        found = self.package.related(self.package.main, kind)
        return self.package.root(found[0]) if found else None

    def _notes(self, kind: str) -> dict[str, tuple[str, Any]]:
        """(part, element) of each note or comment by id; those with a type only draw separators."""
        found = self.package.related(self.package.main, kind)
        return {
            note.get(qn("w:id"), ""): (part, note)
            for part in found[:1]
            for note in self.package.root(part)
            if note.get(qn("w:type")) in (None, "normal")
        }


class WordStory:
    """One part of a document that is read from its beginning to its end: the body, a header, the notes."""

    def __init__(self, document: WordDocument, part: str) -> None:
        self._document = document
        self._part = part
        self._text = WordText(document.styles, document.log)
        self._carried = ""

    def blocks(self, parent: Any) -> Iterator[ExtractedLine]:
        """Paragraphs and table rows below `parent`, also those inside content controls and revisions."""
        set_ticks(parent)
        yield from self._blocks(parent)
        if self._carried:
            carried, self._carried = self._carried, ""
            yield ExtractedLine(carried)

    def _blocks(self, parent: Any) -> Iterator[ExtractedLine]:
        for element in parent:
            tag = element.tag
            if tag == _PARAGRAPH:
                yield from self._paragraph(element)
            elif tag == _ROW:
                if element.find(f"{qn('w:trPr')}/{qn('w:del')}") is None:
                    yield ExtractedLine(row(self._cells(element)), is_row=True)
            elif tag == _CHUNK:
                yield from self._chunk(element)
            elif tag == qn("mc:AlternateContent"):
                yield from self._blocks(chosen(element))
            elif tag not in _LEFT_OUT:
                yield from self._blocks(element)

    def _paragraph(self, paragraph: Any) -> Iterator[ExtractedLine]:
        document = self._document
        found = self._text.of(paragraph)
        text, self._carried = self._carried + found.text, ""
        if _runs_on(paragraph):
            self._carried = text
        else:
            label = document.numbering.label(paragraph)
            yield ExtractedLine(label + text if text.strip() else text, document.outline.level(paragraph))
        for drawing in found.drawings:
            yield from self._drawing(drawing)
        for comment_id in found.comments:
            yield from document.comment(comment_id)

    def _cells(self, parent: Any) -> Iterator[str]:
        for element in parent:
            if element.tag == _CELL:
                yield " ".join(line.text for line in self.blocks(element))
            elif element.tag not in _LEFT_OUT:
                yield from self._cells(element)

    def _drawing(self, parent: Any) -> Iterator[ExtractedLine]:
        """What a drawing says: boxes with text, charts, diagrams, WordArt. Pictures are counted."""
        document = self._document
        for element in parent:
            tag = element.tag
            if tag == _TEXT_BOX:
                yield from WordStory(document, self._part).blocks(element)
            elif tag == qn("mc:AlternateContent"):
                yield from self._drawing(chosen(element))
            elif tag == qn("c:chart"):
                yield from drawing_text.chart_lines(document.package, self._part, element, document.log)
            elif tag == qn("dgm:relIds"):
                yield from drawing_text.diagram_lines(document.package, self._part, element, document.log)
            elif tag == qn("a:p"):
                yield ExtractedLine(drawing_text.paragraph_text(element))
            elif tag == _EMBEDDED:
                is_formula = element.get("ProgID", "").startswith("Equation")
                document.log.add(OmissionKind.FORMULAS if is_formula else OmissionKind.ATTACHMENTS)
            else:
                if tag == qn("v:textpath"):
                    yield ExtractedLine(element.get("string", ""))
                elif tag == qn("wp:docPr"):
                    yield ExtractedLine(drawing_text.alternative_text(element))
                elif tag == qn("pic:pic") or (tag == qn("v:imagedata") and not _is_embedded(element)):
                    document.log.add(OmissionKind.PICTURES)
                yield from self._drawing(element)

    def _chunk(self, chunk: Any) -> Iterator[ExtractedLine]:
        """Another file that is shown here as if its text were part of this one."""
        document = self._document
        part = document.package.target(self._part, chunk.get(qn("r:id")))
        if not part:
            document.log.add(OmissionKind.MISSING_PARTS)
            return
        extension = Path(part).suffix.lower()
        if extension == ".docx" and document.depth < MAX_NESTED:
            yield from document.nested(part)
        elif extension in FOREIGN:
            yield from foreign_lines(document.package.data(part), extension)
        else:
            document.log.add(OmissionKind.ATTACHMENTS)


def _runs_on(paragraph: Any) -> bool:
    """Whether the next paragraph continues this one: its end was deleted, or is a separator of styles."""
    mark = paragraph.find(f"{qn('w:pPr')}/{qn('w:rPr')}")
    return mark is not None and any(mark.find(qn(name)) is not None for name in ("w:del", "w:moveFrom", "w:specVanish"))


def _is_embedded(picture: Any) -> bool:
    return any(True for _ in picture.iterancestors(qn("w:object")))
