"""The parts of an Office file and what relates them (ECMA-376-2), read leniently: Strict files as if they were not."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote

from lxml import etree

from tasks_app.text.extraction.common import archive, damage
from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.result import Unreadable

_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006/"
"""Strict files name the same things by other addresses (ISO/IEC 29500-1, annex A; 29500-4)."""

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "r": _RELATIONS,
    "s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "v": "urn:schemas-microsoft-com:vml",
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "xdr": "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
}

MAIN_TYPES = {
    "wordprocessingml.document.main": ".docx",
    "ms-word.document.macroEnabled.main": ".docm",
    "wordprocessingml.template.main": ".dotx",
    "ms-word.template.macroEnabledTemplate.main": ".dotm",
    "spreadsheetml.sheet.main": ".xlsx",
    "ms-excel.sheet.macroEnabled.main": ".xlsm",
    "ms-excel.sheet.binary.macroEnabled.main": ".xlsb",
    "spreadsheetml.template.main": ".xltx",
    "ms-excel.template.macroEnabled.main": ".xltm",
    "ms-excel.addin.macroEnabled.main": ".xlam",
    "presentationml.presentation.main": ".pptx",
    "ms-powerpoint.presentation.macroEnabled.main": ".pptm",
    "presentationml.slideshow.main": ".ppsx",
    "ms-powerpoint.slideshow.macroEnabled.main": ".ppsm",
    "presentationml.template.main": ".potx",
    "ms-powerpoint.template.macroEnabled.main": ".potm",
}
"""Endings of file names by what the main part's content type contains."""

WITH_MACROS = (".docm", ".xlsm", ".pptm")
FOLDERS = {".docx": "word/", ".xlsx": "xl/", ".pptx": "ppt/"}
MAIN_PARTS = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml", ".pptx": "ppt/presentation.xml"}
"""Where the main part is unless the file says otherwise."""


@cache
def qn(name: str) -> str:
    """ "w:p" as lxml writes it."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def on(element: Any) -> bool:
    """Whether a switch such as <w:vanish/> is on (ST_OnOff)."""
    return element is not None and element.get(qn("w:val"), "1") not in ("0", "false", "off")


def chosen(alternate: Any) -> Any:
    """What a program that knows all of Office's extensions shows; the fallback where that says nothing."""
    choice = alternate.find(qn("mc:Choice"))
    fallback = alternate.find(qn("mc:Fallback"))
    if choice is None or (fallback is not None and not _says_anything(choice) and _says_anything(fallback)):
        return fallback if fallback is not None else ()
    return choice


def _says_anything(element: Any) -> bool:
    return any(True for _ in element.iter(qn("w:t"), qn("a:t"), qn("m:t"), qn("c:chart"), qn("dgm:relIds")))


@dataclass(frozen=True, kw_only=True)
class Relation:
    """`kind` is the last word of its type; `target` the name of a part of the file, empty if it is elsewhere."""

    kind: str
    target: str


class OfficePackage:
    """An open file. Names of parts have no slash before them and are compared regardless of case."""

    def __init__(self, file: IO[bytes], extension: str) -> None:
        """Raises Unreadable: with_macros and not_as_named (`found` is the true ending), damaged."""
        self._zip = zipfile.ZipFile(file)
        self._names = {name.lower().replace("\\", "/"): name for name in reversed(self._zip.namelist())}
        self._relations: dict[str, dict[str, Relation]] = {}
        found = self._extension()
        if found in WITH_MACROS and extension == f"{found[:-1]}x":
            raise Unreadable("with_macros", extension=extension, found=found)
        if found != extension:
            raise Unreadable("not_as_named", extension=extension, found=found or "ZIP")
        mains = [one.target for one in self.relations("").values() if one.kind == "officeDocument" and one.target]
        self.main = next(iter(mains), MAIN_PARTS[extension])
        if self.main not in self:
            raise Unreadable("damaged")

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._names

    def data(self, name: str) -> bytes:
        with self.opened(name) as part:
            return part.read()

    def opened(self, name: str) -> IO[bytes]:
        return self._zip.open(self._names[name.lower()])

    def root(self, name: str) -> Any:
        """The root element of a part. Raises Unreadable: damaged; MemoryError."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
        try:
            return etree.fromstring(transitional(self.data(name)), parser)
        except etree.XMLSyntaxError as error:
            raise damage.meaning(error) from error

    def relations(self, part: str) -> dict[str, Relation]:
        """Those of a part by id, "" for the file itself. What leads nowhere has no target."""
        if part not in self._relations:
            folder, _, name = part.rpartition("/")
            path = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
            self._relations[part] = dict(self._read_relations(path, folder)) if path in self else {}
        return self._relations[part]

    def related(self, part: str, kind: str) -> list[str]:
        """The parts that relations of this kind lead to, in order and without those that are missing."""
        return [one.target for one in self.relations(part).values() if one.kind == kind and one.target]

    def target(self, part: str, relation_id: str | None) -> str:
        """The part that a relation leads to; empty where there is none."""
        found = self.relations(part).get(relation_id or "")
        return found.target if found else ""

    def _read_relations(self, path: str, folder: str) -> Iterator[tuple[str, Relation]]:
        for one in self.root(path):
            target = unquote(one.get("Target", ""))
            name = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            is_here = one.get("TargetMode") != "External" and name in self
            yield (
                one.get("Id", ""),
                Relation(kind=one.get("Type", "").rpartition("/")[2], target=name if is_here else ""),
            )

    def _extension(self) -> str:
        types = self._main_types
        for mark, extension in MAIN_TYPES.items():
            if any(mark in one for one in types):
                return extension
        found = [
            extension for extension, folder in FOLDERS.items() if any(name.startswith(folder) for name in self._names)
        ]
        return found[0] if found else "ODF" if "mimetype" in self._names else ""

    @cached_property
    def _main_types(self) -> list[str]:
        path = "[content_types].xml"
        return [one.get("ContentType", "") for one in self.root(path)] if path in self._names else []


def transitional(data: bytes) -> bytes:
    """A part of a Strict file with the names that other files use."""
    return _STRICT.sub(_TRANSITIONAL, data) if b"purl.oclc.org" in data else data


@contextmanager
def opened(path: Path, limits: ExtractionLimits, extension: str) -> Iterator[OfficePackage]:
    """Raises Unreadable: what `archive.inspect` raises, with_macros, not_as_named, damaged."""
    archive.inspect(path, limits, extension, "")
    with path.open("rb") as file:
        yield OfficePackage(file, extension)
