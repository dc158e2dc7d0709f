"""Files made to do harm, as small as they can be."""

import zipfile
import zlib
from io import BytesIO

import docx
from openpyxl import Workbook
from pptx import Presentation

from tests.unit.text.extraction.builders import archive, font, numbered

LAUGHS = 10


def office(kind: str, text: str = "本文") -> bytes:
    """A well-made file of a kind ("docx", "xlsx", "pptx") that says `text`."""
    target = BytesIO()
    match kind:
        case "docx":
            document = docx.Document()
            document.add_paragraph(text)
            document.save(target)
        case "xlsx":
            book = Workbook()
            book.create_sheet("表", 0).append([text])
            book.save(target)
        case _:
            presentation = Presentation()
            slide = presentation.slides.add_slide(presentation.slide_layouts[5])
            slide.shapes.title.text = text
            presentation.save(target)
    return target.getvalue()


MAIN_PART = {
    "docx": "word/document.xml",
    "xlsx": "xl/worksheets/sheet1.xml",
    "pptx": "ppt/slides/slide1.xml",
}


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def laughing(kind: str) -> bytes:
    """The file with a thousand million laughs declared in its main part and laughed in its text."""
    found = parts(office(kind, "本文"))
    rows = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, LAUGHS))
    doctype = f'<!DOCTYPE x [<!ENTITY l0 "lol">{rows}]>'
    name = MAIN_PART[kind]
    before, mark, rest = found[name].rpartition(b"?>")
    laughter = rest.replace("本文".encode(), f"&l{LAUGHS - 1};".encode())
    return archive({**found, name: before + mark + doctype.encode() + laughter})


def bomb(kind: str, megabytes: int = 16) -> bytes:
    """The file with one more part that unpacks to a thousand times its size."""
    return archive({**parts(office(kind)), "media/image.bin": bytes(megabytes * 1024**2)})


def crowded(kind: str, entries: int) -> bytes:
    return archive({**parts(office(kind)), **{f"media/{number}": b"" for number in range(entries)}})


def wandering(kind: str, place: str) -> bytes:
    """The file with parts that want to be put elsewhere: above, at an absolute path, behind a symbolic link."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name, content in parts(office(kind)).items():
            file.writestr(name, content)
        link = zipfile.ZipInfo("link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        file.writestr(link, place)
        for name in (f"{place}/absolute", "../../above", "link/behind", "C:\\windows\\drive"):
            file.writestr(name, b"harm")
    return target.getvalue()


def endless_pdf() -> bytes:
    """85 kB; its 500 pages share one stream of four million operators."""
    return _shared(b"q Q " * 2_000_000, 500)


def greedy_pdf() -> bytes:
    """67 kB; its one page shows a text of 17 million characters."""
    return _shared(b"BT /F 12 Tf <" + b"3042" * 17_000_000 + b"> Tj ET", 1)


def _shared(stream: bytes, pages: int) -> bytes:
    packed = zlib.compress(stream, 9)
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 3 0 R >> >> >>"
    )
    kids = b" ".join(b"%d 0 R" % number for number in range(5, 5 + pages))
    return numbered(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, kids),
            font("UniJIS-UTF16-H"),
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
            *[page] * pages,
        ]
    )
