"""PDF files: the text they hold, and which pages show something without holding its text."""

import re
from pathlib import Path

import pypdf
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import DictionaryObject

from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.result import Extracted, Unreadable
from tasks_app.text.extraction.pdf.glyphs import written
from tasks_app.text.extraction.pdf.vertical import page_text
from tasks_app.text.japanese.cleaning import readable
from tasks_app.text.japanese.encoding import unreadable_share

TAIL_BYTES = 2048
"""Where the end mark must stand. Adobe's readers ask for the last 1024 bytes; padding is not counted here."""

GARBLED_SHARE = 0.3
"""With more unreadable characters than this a page's fonts do not tell which characters they draw."""

SCANT = 10
"""A scanned page may have a number or a stamp of fewer characters as its only text."""

_PAINTS = re.compile(rb"(?<![^\s\])>])(?:Do|EI|sh|[fFsS]\*?|[bB]\*?)(?=\s|$)")
"""Operators that leave a mark on the page: images, shadings, filled and drawn paths."""


def read(path: Path, limits: ExtractionLimits) -> Extracted:
    """Raises Unreadable: damaged, encrypted, too_many_pages, too_many_characters."""
    if not _has_end(path):
        raise Unreadable("damaged")
    try:
        return _pages(pypdf.PdfReader(path), limits)
    except DependencyError as error:
        raise Unreadable("encrypted") from error
    except PyPdfError as error:
        raise Unreadable("damaged") from error


def _has_end(path: Path) -> bool:
    """A file cut off while it was copied lacks the mark; a lenient parser would take the rest for all."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 64 * TAIL_BYTES))
        return b"%%EOF" in file.read().rstrip(b"\0\r\n\t ")[-TAIL_BYTES:]


def _pages(reader: pypdf.PdfReader, limits: ExtractionLimits) -> Extracted:
    # Many files are encrypted with an empty password, only to ask viewers not to allow printing.
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("encrypted")
    count = len(reader.pages)
    if count < max(1, _declared_pages(reader)):
        raise Unreadable("damaged")
    if count > limits.pages:
        raise Unreadable("too_many_pages", pages=count, limit=limits.pages)
    pieces: list[str] = []
    pages: list[tuple[int, int, int]] = []
    unread: list[int] = []
    start = 0
    for number, page in enumerate(reader.pages, start=1):
        text, is_whole = _text(page)
        piece = text.strip("\n") + "\n"
        pieces.append(piece)
        pages.append((number, start, start + len(piece)))
        start += len(piece)
        if not is_whole:
            unread.append(number)
        if start > limits.characters:
            raise Unreadable("too_many_characters", limit=limits.characters)
    return Extracted(text="".join(pieces), pages=pages, unread_pages=unread)


def _text(page: pypdf.PageObject) -> tuple[str, bool]:
    """A page's text, and whether that is all there is to read on it."""
    text = readable(written(page_text(page)))
    if unreadable_share(text) > GARBLED_SHARE:
        return "", False
    length = len("".join(text.split()))
    if length >= SCANT:
        return text, True
    return text, not (_has_image(page) if length else _is_painted(page))


def _has_image(page: pypdf.PageObject) -> bool:
    objects = _below(_below(page, "/Resources"), "/XObject")
    return any(_below(objects, name).get("/Subtype") in ("/Image", "/Form") for name in objects)


def _below(parent: DictionaryObject, name: str) -> DictionaryObject:
    """The dictionary `parent` has under a name; an empty one if it has none."""
    found = parent.get(name)
    value = None if found is None else found.get_object()
    return value if isinstance(value, DictionaryObject) else DictionaryObject()


def _is_painted(page: pypdf.PageObject) -> bool:
    contents = page.get_contents()
    return contents is not None and bool(_PAINTS.search(contents.get_data()))


def _declared_pages(reader: pypdf.PdfReader) -> int:
    """As many pages as the file says it has; a lenient parser leaves out those it cannot find."""
    count = _below(reader.root_object, "/Pages").get("/Count")
    return count if isinstance(count, int) else 0
