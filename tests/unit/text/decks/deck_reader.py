"""A deck's file read back as plain XML: by nothing that wrote it."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

from lxml import etree

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uff01-\uff60]")


def parts(content: bytes, folder: str) -> dict[str, etree._Element]:
    """The XML parts of a folder of the package, by name."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        names = [name for name in package.namelist() if name.startswith(folder) and name.endswith(".xml")]
        numbered = sorted(names, key=lambda name: int(re.sub(r"\D", "", name) or 0))
        return {name: etree.fromstring(package.read(name)) for name in numbered}


def japanese_runs_without_font(content: bytes) -> list[str]:
    """Texts of runs with Japanese whose own properties name no East Asian font, wherever they stand."""
    found = []
    for folder in ("ppt/slides/", "ppt/notesSlides/", "ppt/charts/"):
        for part in parts(content, folder).values():
            for run in part.iter(f"{A}r"):
                text = run.findtext(f"{A}t") or ""
                font = run.find(f"{A}rPr/{A}ea")
                if JAPANESE.search(text) and (font is None or not font.get("typeface")):
                    found.append(text)
    return found


def texts(slide: etree._Element) -> Iterator[str]:
    return ("".join(part.text or "" for part in paragraph.iter(f"{A}t")) for paragraph in slide.iter(f"{A}p"))
