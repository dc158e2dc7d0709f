"""Which files can be read, how each is recognised, and who reads it."""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Protocol

from tasks_app.text.extraction.common import titles
from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.omissions import OmissionKind
from tasks_app.text.extraction.common.result import Extracted, Unreadable

READERS = {
    ".txt": "texts.plain_text",
    ".md": "texts.markdown",
    ".pdf": "pdf.pdf",
    ".docx": "office.documents.word",
    ".pptx": "office.presentations.powerpoint",
    ".xlsx": "office.spreadsheets.spreadsheet",
    ".csv": "texts.table",
    ".html": "texts.web_page",
    ".htm": "texts.web_page",
}
"""Module of this package by file name ending; imported when needed, since some take long to load."""

HEAD_BYTES = 1024
"""A PDF's mark may stand anywhere in these (Adobe's PDF Reference 1.7, appendix H, note 13)."""

SIGNATURES = {
    b"%PDF-": "PDF",
    b"PK\x03\x04": "ZIP",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "OLE",
    b"\x89PNG\r\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"\x1f\x8b": "GZIP",
    b"7z\xbc\xaf\x27\x1c": "7Z",
    b"Rar!": "RAR",
    b"{\\rtf": "RTF",
    b"\x7fELF": "ELF",
    b"RIFF": "RIFF",
}
"""First bytes of common formats."""

EXPECTED = {".pdf": "PDF", ".docx": "ZIP", ".pptx": "ZIP", ".xlsx": "ZIP"}
"""Text has no signature."""

OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""Office keeps a file with a password in an OLE file, in a stream of this name."""

OLE_STREAMS = {
    "DRMEncrypted".encode("utf-16-le"): "rights_managed",
    OLE_ENCRYPTED: "encrypted",
    "WordDocument".encode("utf-16-le"): ".doc",
    "PowerPoint Document".encode("utf-16-le"): ".ppt",
    "Workbook".encode("utf-16-le"): ".xls",
    "Book".encode("utf-16-le"): ".xls",
}
"""What an OLE file is, by the name of a stream in it ([MS-OFFCRYPTO] 2.3, [MS-DOC] 2.1, [MS-PPT] 2.1, [MS-XLS] 2.1)."""


PAGES = (".html", ".htm")
HEADED = (".md", ".docx", ".pptx")
"""Formats whose first heading is the document's title; a sheet's name is none."""


class Reader(Protocol):
    def read(self, path: Path, limits: ExtractionLimits) -> Extracted: ...


class PageReader(Protocol):
    def read(self, path: Path, limits: ExtractionLimits, charset: str) -> Extracted: ...


def extension_of(filename: str) -> str:
    """The ending that decides how a file is read, lower case with its dot; empty without one."""
    return Path(filename).suffix.lower()[:10]


def read(path: Path, extension: str, limits: ExtractionLimits, charset: str = "") -> Extracted:
    """The text of the file at `path`, blank only if all there is to read are `unread_pages`. Raises Unreadable.

    `charset` is what the server of a web page called its encoding, empty where nobody said.
    """
    if extension not in READERS:
        raise Unreadable("unknown_format", extension=extension, kinds=" ".join(READERS))
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise Unreadable("empty_file")
    found = recognise(head)
    if found == "OLE":
        _refuse_ole(path.read_bytes(), extension)
    if found != EXPECTED.get(extension, ""):
        raise Unreadable("not_as_named", extension=extension, found=found or "text")
    extracted = _reader(extension, charset)(path, limits)
    if len(extracted.text) > limits.characters:
        raise Unreadable("too_many_characters", limit=limits.characters)
    if not extracted.text.strip() and not extracted.unread_pages:
        pictures = sum(one.count for one in extracted.omissions if one.kind == OmissionKind.PICTURES)
        raise Unreadable("only_pictures", pictures=pictures) if pictures else Unreadable("no_text")
    if extension in HEADED and not extracted.title:
        return replace(extracted, title=titles.of_headings(extracted.headings))
    return extracted


def _refuse_ole(data: bytes, extension: str) -> None:
    """Raises Unreadable where it is known what kind of an OLE file it is: encrypted, rights_managed, old_format."""
    for name, meaning in OLE_STREAMS.items():
        if name in data:
            if not meaning.startswith("."):
                raise Unreadable(meaning)
            raise Unreadable("old_format", extension=extension, found=meaning, wanted=f"{meaning}x")


def _reader(extension: str, charset: str) -> Callable[[Path, ExtractionLimits], Extracted]:
    module = import_module(f"{__package__}.{READERS[extension]}")
    if extension not in PAGES:
        reader: Reader = module
        return reader.read
    pages: PageReader = module
    return lambda path, limits: pages.read(path, limits, charset)


def recognise(head: bytes) -> str:
    """The format whose signature begins a file, or an empty string."""
    for signature, name in SIGNATURES.items():
        if head.startswith(signature):
            return name
    return "PDF" if b"%PDF-" in head and b"\0" not in head.split(b"%PDF-")[0] else ""
