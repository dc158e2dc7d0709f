"""PDF files: the text they hold, and which pages show something without holding its text."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdf
import pypdfium2
from pypdf.errors import DependencyError, DeprecationError, PyPdfError
from pypdfium2 import raw

from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.omissions import OmissionKind, OmissionLog
from tasks_app.text.extraction.common.result import Extracted, Unreadable
from tasks_app.text.extraction.common.titles import as_title
from tasks_app.text.extraction.pdf.layers import without_hidden
from tasks_app.text.extraction.pdf.pages import page_objects
from tasks_app.text.extraction.pdf.pages.glyphs import written
from tasks_app.text.extraction.pdf.pages.page_text import page_text
from tasks_app.text.extraction.pdf.salvage import is_cut_off, mended
from tasks_app.text.japanese.cleaning import readable, unknown_characters
from tasks_app.text.japanese.folding import squeeze
from tasks_app.text.japanese.plausibility import CONVINCING, NONSENSE, plausibility

BROKEN = (
    *(PyPdfError, DependencyError, DeprecationError, ValueError, LookupError, TypeError, AttributeError),
    *(ArithmeticError, AssertionError, RuntimeError, EOFError, struct.error, zlib.error),
)
"""What pypdf raises over files that are damaged, or by features it lacks. Exhausted memory is none of it."""

TITLE_PAGES = 2
"""On which the title of a document stands."""

SCANT = 10
"""A scanned page may have a number or a stamp of fewer characters as its only text."""

BETTER = 0.1
"""By how much the other reader has to be more plausible; it is asked where the first one is not convincing."""

MIN_JUDGED = 5
"""Fewer characters are taken as they are: a page may hold a sign alone."""


def read(path: Path, limits: ExtractionLimits) -> Extracted:
    """Raises Unreadable: damaged, encrypted, too_many_pages, too_many_characters."""
    reader = _structure(path)
    log = OmissionLog()
    shown, layers = _without_hidden(reader) if reader else (None, 0)
    log.add(OmissionKind.LAYERS, layers)
    cut_off = is_cut_off(path)
    log.add(OmissionKind.MISSING_PARTS, int(cut_off))
    with _opened(shown or path, path) as document:
        extracted = _PdfPages(document, None if shown else reader, limits, log).read()
    if cut_off and not extracted.text.strip() and not extracted.unread_pages:
        raise Unreadable("damaged")
    return extracted


def _structure(path: Path) -> pypdf.PdfReader | None:
    """The file as pypdf reads it; None where it cannot."""
    try:
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted:
            reader.decrypt("")  # many files only ask viewers not to allow printing
        return reader if reader.root_object else None
    except BROKEN:
        return None


def _without_hidden(reader: pypdf.PdfReader) -> tuple[bytes | None, int]:
    """As `without_hidden`; a file that pypdf cannot follow is read with all its layers."""
    try:
        return without_hidden(reader)
    except BROKEN:
        return None, 0


@contextmanager
def _opened(source: Path | bytes, path: Path) -> Iterator[pypdfium2.PdfDocument]:
    """The file as PDFium reads it; where it finds no page, from those that are there.

    Raises Unreadable: encrypted, damaged.
    """
    document = _parsed(source) or next(filter(None, map(_parsed, mended(path.read_bytes()))), None)
    if document is None:
        raise Unreadable("damaged")
    try:
        document.init_forms()
        yield document
    finally:
        document.close()


def _parsed(source: Path | bytes) -> pypdfium2.PdfDocument | None:
    """None where PDFium finds no page."""
    try:
        document = pypdfium2.PdfDocument(source)
        return document if len(document) else None
    except pypdfium2.PdfiumError as error:
        if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise Unreadable("encrypted") from error
        return None


class _PdfPages:
    """The pages of a document, read one after the other."""

    def __init__(
        self,
        document: pypdfium2.PdfDocument,
        reader: pypdf.PdfReader | None,
        limits: ExtractionLimits,
        log: OmissionLog,
    ) -> None:
        self.document = document
        self.reader = reader
        self.limits = limits
        self.log = log
        self.unread: list[int] = []
        self.lost: list[int] = []
        self.headline = ""

    def read(self) -> Extracted:
        count = len(self.document)
        if count > self.limits.pages:
            raise Unreadable("too_many_pages", pages=count, limit=self.limits.pages)
        pieces: list[str] = []
        pages: list[tuple[int, int, int]] = []
        start = 0
        for number in range(1, count + 1):
            piece = self._page(number, self.limits.characters - start).strip("\n") + "\n"
            pieces.append(piece)
            pages.append((number, start, start + len(piece)))
            start += len(piece)
            if start > self.limits.characters:
                raise Unreadable("too_many_characters", limit=self.limits.characters)
        if len(self.lost) == count:
            raise Unreadable("damaged")
        for number in self.lost:
            self.log.add(OmissionKind.MISSING_PARTS, page=number)
        return Extracted(
            text="".join(pieces),
            pages=pages,
            unread_pages=self.unread,
            omissions=self.log.entries(),
            title=self._title("".join(pieces[:TITLE_PAGES])),
        )

    def _title(self, beginning: str) -> str:
        """The one in the file's properties where the document begins with it, else its headline, else the former."""
        noted = as_title(_cleaned(self.document.get_metadata_value("Title")))
        if noted and squeeze(noted) in squeeze(beginning):
            return noted
        return as_title(self.headline) or noted

    def _page(self, number: int, room: int) -> str:
        """The text of a page, and a note of what else it shows."""
        try:
            page = self.document[number - 1]
        except pypdfium2.PdfiumError:
            self.lost.append(number)
            return ""
        try:
            found = page_text(page, room)
        except OverflowError:
            raise Unreadable("too_many_characters", limit=self.limits.characters) from None
        text = _cleaned(found.text)
        if number == 1:
            self.headline = _cleaned(found.headline)
        text, is_nonsense = self._better(number, text)
        shown = page_objects.shown(page)
        length = _length(text)
        if is_nonsense or (length < SCANT and (shown.images_or_forms if length else shown.anything)):
            self.unread.append(number)
        else:
            self.log.add(OmissionKind.PICTURES, shown.pictures, page=number)
        self.log.add(OmissionKind.UNKNOWN_CHARACTERS, unknown_characters(text), page=number)
        page.close()
        return text

    def _better(self, number: int, text: str) -> tuple[str, bool]:
        """The text as the better of two readers has it, and whether neither got anything but nonsense."""
        judged = plausibility(text)
        if judged < CONVINCING or _length(text) < SCANT:
            other = self._by_other_reader(number)
            other_judged = plausibility(other)
            expected = judged + BETTER if text.strip() else NONSENSE
            if 2 * _length(other) > _length(text) and other_judged >= expected:
                text, judged = other, other_judged
        if judged < NONSENSE and _length(text) >= MIN_JUDGED:
            return "", True
        return text, False

    def _by_other_reader(self, number: int) -> str:
        if self.reader is None:
            return ""
        try:
            return _cleaned(self.reader.pages[number - 1].extract_text())
        except BROKEN:
            return ""


def _cleaned(text: str) -> str:
    return readable(written(text))


def _length(text: str) -> int:
    return len("".join(text.split()))
