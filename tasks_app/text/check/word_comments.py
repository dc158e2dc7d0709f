"""A Word file with what was found as comments: the original where it is one, else its text."""

from collections import deque
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import docx
from docx.document import Document
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from lxml import etree

from tasks_app.text.extraction.common import archive, damage
from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.japanese.cleaning import readable

FONT = "Yu Mincho"
AROUND = 20
"""Characters on each side by which a place is distinguished from others like it."""


@dataclass(frozen=True, kw_only=True)
class WordComment:
    """About `text[start:end]`."""

    start: int
    end: int
    words: str


def of_text(text: str, remarks: Sequence[WordComment], author: str, pages: Sequence[Sequence[int]] = ()) -> bytes:
    """A new file: a paragraph for each line, and each of `pages` on a page of its own."""
    document = docx.Document()
    _set_font(document)
    page_starts = iter([*(int(start) for _number, start, _end in pages[1:]), len(text) + 1])
    waiting = deque(sorted(remarks, key=lambda remark: remark.start))
    next_page = next(page_starts)
    at = 0
    for line in text.split("\n"):
        end = at + len(line)
        paragraph = document.add_paragraph()
        if next_page <= end:
            paragraph.paragraph_format.page_break_before = True
            next_page = next(start for start in page_starts if start > end)
        paragraph.add_run(_writable(line))
        while waiting and waiting[0].start <= end:
            remark = waiting.popleft()
            _comment(document, paragraph, remark.start - at, min(remark.end, end) - at, remark.words, author)
        at = end + 1
    return _bytes(document)


def of_original(path: Path, limits: ExtractionLimits, text: str, remarks: Sequence[WordComment], author: str) -> bytes:
    """The original with comments. What cannot be found in its paragraphs again is listed at its end.

    Raises Unreadable where the file is not fit to be opened.
    """
    archive.inspect(path, limits, ".docx", "word/")
    try:
        document = docx.Document(str(path))
    except (OpcError, etree.XMLSyntaxError, KeyError, ValueError) as error:
        raise damage.meaning(error) from error
    paragraphs = list(_paragraphs(document))
    texts = [paragraph.text for paragraph in paragraphs]
    at = 0
    lost = []
    for remark in sorted(remarks, key=lambda one: one.start):
        found = _find(texts, at, text, remark)
        if found is None:
            lost.append(remark)
            continue
        at, start = found
        _comment(document, paragraphs[at], start, start + remark.end - remark.start, remark.words, author)
    for remark in lost:
        paragraph = document.add_paragraph(_writable(text[remark.start : remark.end]))
        _comment(document, paragraph, 0, remark.end - remark.start, remark.words, author)
    return _bytes(document)


def _paragraphs(document: Document) -> Iterator[Paragraph]:
    """All of the body in its order, those in tables too."""
    for element in document.element.body.iter(qn("w:p")):
        yield Paragraph(element, document._body)


def _find(paragraphs: Sequence[str], first: int, text: str, remark: WordComment) -> tuple[int, int] | None:
    """(paragraph, offset) of the remark's place, from `first` on: with all that is around it, else by itself."""
    line_start = text.rfind("\n", 0, remark.start) + 1
    line_end = text.find("\n", remark.end)
    before = text[max(line_start, remark.start - AROUND) : remark.start]
    after = text[remark.end : min(line_end if line_end >= 0 else len(text), remark.end + AROUND)]
    original = text[remark.start : remark.end]
    for left, right in ((before, after), (before[-5:], after[:5]), ("", "")):
        for index in range(first, len(paragraphs)):
            at = paragraphs[index].find(left + original + right)
            if at >= 0:
                return index, at + len(left)
    return None


def _comment(document: Document, paragraph: Paragraph, start: int, end: int, words: str, author: str) -> None:
    runs = _runs_of(paragraph, start, end)
    if runs:
        document.add_comment(runs, text=_writable(words), author=author, initials=author[:1])


def _runs_of(paragraph: Paragraph, start: int, end: int) -> list[Run]:
    """The runs that hold exactly [start, end) of the paragraph, those at its borders divided."""
    _divide(paragraph, start)
    _divide(paragraph, end)
    found, at = [], 0
    for run in paragraph.runs:
        if run.text and start < at + len(run.text) and at < end:
            found.append(run)
        at += len(run.text)
    return found


def _divide(paragraph: Paragraph, offset: int) -> None:
    """Make a run end at `offset`, unless the run there holds more than text."""
    at = 0
    for run in paragraph.runs:
        length = len(run.text)
        if at < offset < at + length and [child.tag for child in run._r if child.tag != qn("w:rPr")] == [qn("w:t")]:
            second = deepcopy(run._r)
            run._r.addnext(second)
            text = run.text
            run.text = text[: offset - at]
            Run(second, paragraph).text = text[offset - at :]
            return
        at += length


def _set_font(document: Document) -> None:
    """Word takes Japanese text's font from an attribute of its own."""
    style = document.styles["Normal"]
    style.font.name = FONT
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)


def _writable(text: str) -> str:
    """Without what XML cannot hold."""
    return readable(text)


def _bytes(document: Document) -> bytes:
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()
