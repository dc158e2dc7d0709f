"""A file whose end was cut off: its pages, listed again from those that are there."""

import re
from pathlib import Path

_PAGE = re.compile(
    rb"(\d{1,10})\s+(\d{1,5})\s+obj\b(?:(?!endobj|stream).){0,4000}?/Type\s*/Page(?![A-Za-z])", re.DOTALL
)
_OBJECT = re.compile(rb"(\d{1,10})\s+\d{1,5}\s+obj\b")
MAX_PAGES = 10_000


def is_cut_off(path: Path) -> bool:
    """Whether the file ends among its objects. What follows its end without being one is junk of no importance."""
    return bool(_OBJECT.search(path.read_bytes().rpartition(b"%%EOF")[2]))


def with_page_tree(data: bytes) -> bytes | None:
    """The file with a new list of its pages and a new end; None where it holds no page."""
    pages = [b"%s %s R" % match.groups() for match in _PAGE.finditer(data)][:MAX_PAGES]
    if not pages:
        return None
    tree = max(int(number) for number in _OBJECT.findall(data)) + 1
    return (
        data
        + b"\nendstream\nendobj\n%d 0 obj\n<< /Type /Pages /Count %d /Kids [%s] >>\nendobj\n"
        % (tree, len(pages), b" ".join(pages))
        + b"%d 0 obj\n<< /Type /Catalog /Pages %d 0 R >>\nendobj\n" % (tree + 1, tree)
        + b"trailer\n<< /Size %d /Root %d 0 R >>\n%%%%EOF\n" % (tree + 2, tree + 1)
    )
