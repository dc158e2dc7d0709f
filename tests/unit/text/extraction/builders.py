"""Files made by hand, as small as they can be."""

import re
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

from pypdf import PdfWriter

from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits

LIMITS = ExtractionLimits(
    memory_bytes=1024**3,
    cpu_seconds=30,
    wall_seconds=30,
    pages=50,
    characters=20_000,
    cells=1_000,
    archive_entries=100,
    archive_bytes=8 * 1024**2,
    archive_ratio=200,
)

SCANS = Path(__file__).parent / "scans"
"""One page each, as a scanner would make it; the words in them are invented."""


def font(encoding: str) -> bytes:
    """An unembedded Japanese font whose characters are determined by `encoding`."""
    return (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiMin-W3-%s /Encoding /%s"
        b" /DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiMin-W3"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> >>] >>"
    ) % (encoding.encode(), encoding.encode())


def shown(text: str, x: float = 50, y: float = 700, size: float = 12, encoding: str = "utf-16-be") -> bytes:
    return b"BT /F %g Tf %g %g Td <%s> Tj ET" % (size, x, y, text.encode(encoding).hex().encode())


def pdf(*pages: str) -> bytes:
    """A PDF with a page for each text; an empty one has only a drawing."""
    return drawn(*(shown(text) if text else b"0 0 100 100 re f" for text in pages))


def drawn(*pages: bytes, encoding: str = "UniJIS-UTF16-H") -> bytes:
    """A PDF with a page for each content stream, where `/F` is the font."""
    objects = [b"", b"", font(encoding)]
    kids = []
    for content in pages:
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    return numbered(objects)


def with_entries(file: bytes, entries: Mapping[bytes, bytes], more: Sequence[bytes] = ()) -> bytes:
    """The PDF with `entries` in its catalog (`Catalog`) or its pages (`Page`), and further objects.

    The first of these has the number that follows the file's last one.
    """
    objects = re.findall(rb"\d+ 0 obj\n(.*?)\nendobj\n", file, re.DOTALL)
    for kind, entry in entries.items():
        mark = b"/Type /%s " % kind
        objects = [one.replace(mark, mark + entry + b" ") for one in objects]
    return numbered([*objects, *more])


def numbered(objects: list[bytes]) -> bytes:
    file = b"%PDF-1.5\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, rows)
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(file))
    return file + table + trailer


def merged(*files: bytes) -> bytes:
    """A PDF with the pages of all."""
    writer = PdfWriter()
    for file in files:
        writer.append(BytesIO(file))
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def encrypted(content: bytes, password: str, algorithm: str) -> bytes:
    writer = PdfWriter(clone_from=BytesIO(content))
    writer.encrypt(password, "owner", algorithm=algorithm)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def scan(name: str) -> bytes:
    return (SCANS / f"{name}.pdf").read_bytes()


def archive(entries: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", compression) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return target.getvalue()


def stored(folder: Path, content: bytes, name: str = "document") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path
