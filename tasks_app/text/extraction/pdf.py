"""PDF files with a text layer."""

from pathlib import Path

import pypdf
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import DictionaryObject

from tasks_app.text.cleaning import storable
from tasks_app.text.encoding import unreadable_share
from tasks_app.text.extraction.limits import Limits
from tasks_app.text.extraction.result import Extracted, Unreadable

TAIL_BYTES = 2048
"""Where the end mark must stand. Adobe's readers ask for the last 1024 bytes; padding is not counted here."""

GARBLED_SHARE = 0.3
"""With more unreadable characters than this the file's fonts do not tell which characters they draw."""


def read(path: Path, limits: Limits) -> Extracted:
    """Raises Unreadable: damaged, encrypted, scanned, garbled, too_many_pages, too_many_characters."""
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


def _pages(reader: pypdf.PdfReader, limits: Limits) -> Extracted:
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
    start = 0
    for number, page in enumerate(reader.pages, start=1):
        piece = storable(page.extract_text()).strip("\n") + "\n"
        pieces.append(piece)
        pages.append((number, start, start + len(piece)))
        start += len(piece)
        if start > limits.characters:
            raise Unreadable("too_many_characters", limit=limits.characters)
    text = "".join(pieces)
    if not text.strip():
        raise Unreadable("scanned", pages=count)
    if unreadable_share(text) > GARBLED_SHARE:
        raise Unreadable("garbled")
    return Extracted(text=text, pages=pages)


def _declared_pages(reader: pypdf.PdfReader) -> int:
    """As many pages as the file says it has; a lenient parser leaves out those it cannot find."""
    tree = reader.root_object.get("/Pages", {}).get_object()
    count = tree.get("/Count") if isinstance(tree, DictionaryObject) else None
    return count if isinstance(count, int) else 0
