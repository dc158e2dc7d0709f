"""A file whose end was cut off: read by the catalog that it still holds, or by its pages one by one."""

import re
from collections.abc import Iterator
from pathlib import Path

MAX_PAGES = 10_000

_OF_TYPE = rb"(\d{1,10})\s+(\d{1,5})\s+obj\b(?:(?!endobj|stream).){0,4000}?/Type\s*/%s(?![A-Za-z])"
_PAGE = re.compile(_OF_TYPE % b"Page", re.DOTALL)
_CATALOG = re.compile(_OF_TYPE % b"Catalog", re.DOTALL)
_OBJECT = re.compile(rb"(\d{1,10})\s+\d{1,5}\s+obj\b")
_END = b"\nendstream\nendobj\n"
"""Of the object in which the file was cut off."""


def is_cut_off(path: Path) -> bool:
    """Whether the file ends among its objects. What follows its end without being one is junk of no importance."""
    return bool(_OBJECT.search(path.read_bytes().rpartition(b"%%EOF")[2]))


def mended(data: bytes) -> Iterator[bytes]:
    """The file with a new end: with its own catalog, then with a list of the pages that are there."""
    catalogs = [match.groups() for match in _CATALOG.finditer(data)]
    if catalogs:
        yield data + _END + b"trailer\n<< /Root %s %s R >>\n%%%%EOF\n" % catalogs[-1]
    pages = [b"%s %s R" % match.groups() for match in _PAGE.finditer(data)][:MAX_PAGES]
    if not pages:
        return
    tree = max(int(number) for number in _OBJECT.findall(data)) + 1
    yield (
        data
        + _END
        + b"%d 0 obj\n<< /Type /Pages /Count %d /Kids [%s] >>\nendobj\n" % (tree, len(pages), b" ".join(pages))
        + b"%d 0 obj\n<< /Type /Catalog /Pages %d 0 R >>\nendobj\n" % (tree + 1, tree)
        + b"trailer\n<< /Size %d /Root %d 0 R >>\n%%%%EOF\n" % (tree + 2, tree + 1)
    )
