"""Template files as people upload them: judged before anything reads them, and opened without their slides."""

import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.exc import PackageNotFoundError
from pptx.oxml.ns import qn

from tasks_app.text.extraction.common import archive
from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.result import Unreadable
from tasks_app.text.extraction.file_formats import HEAD_BYTES, OLE_ENCRYPTED, recognise

SUFFIXES = (".pptx", ".potx")
MACRO_SUFFIXES = (".pptm", ".potm", ".ppsm", ".ppam")

CONTENT_TYPES = "[Content_Types].xml"
_MAIN = "application/vnd.openxmlformats-officedocument.presentationml.{}.main+xml"
_TEMPLATE, _PRESENTATION = _MAIN.format("template"), _MAIN.format("presentation")
_MACROS = ("macroEnabled", "vbaProject")
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_MAX_RELATIONS_BYTES = 4 * 1024**2
_SECTIONS = "{http://schemas.microsoft.com/office/powerpoint/2010/main}sectionLst"


def inspect(path: Path, suffix: str, limits: ExtractionLimits, unpacked: int) -> None:
    """Judge an uploaded template, which may unpack to so many bytes; `suffix` is its name's ending.

    Raises Unreadable: empty_file, macros, unknown_format, outside_links, and what `archive.inspect` raises.
    """
    if suffix in MACRO_SUFFIXES:
        raise Unreadable("macros")
    if suffix not in SUFFIXES:
        raise Unreadable("unknown_format", extension=suffix, kinds=" ".join(SUFFIXES))
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise Unreadable("empty_file")
    found = recognise(head)
    if found == "OLE" and OLE_ENCRYPTED in path.read_bytes():
        raise Unreadable("encrypted")
    if found != "ZIP":
        raise Unreadable("not_as_named", extension=suffix, found=found or "text")
    archive.inspect(path, replace(limits, archive_bytes=unpacked), suffix, "ppt/")
    with zipfile.ZipFile(path) as package:
        _judge_parts(package)


def opened(content: bytes) -> Any:
    """The presentation in a template, its slides and all that names them taken out. Raises Unreadable: damaged."""
    try:
        presentation = Presentation(BytesIO(_as_presentation(content)))
        _remove_slides(presentation)
        if not len(presentation.slide_layouts):
            raise Unreadable("no_usable_layout")
    except (
        PackageNotFoundError,
        zipfile.BadZipFile,
        etree.XMLSyntaxError,
        KeyError,
        ValueError,
        AttributeError,
    ) as error:
        raise Unreadable("damaged") from error
    return presentation


def _judge_parts(package: zipfile.ZipFile) -> None:
    names = package.namelist()
    types = package.read(CONTENT_TYPES).decode("utf-8", "replace") if CONTENT_TYPES in names else ""
    if any(mark in types or any(mark in name for name in names) for mark in _MACROS):
        raise Unreadable("macros")
    for name in names:
        if name.endswith(".rels") and package.getinfo(name).file_size <= _MAX_RELATIONS_BYTES:
            _judge_relations(package.read(name))


def _judge_relations(content: bytes) -> None:
    """Links for people to follow may stay; what a program fetches by itself when the deck is opened may not."""
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise Unreadable("damaged") from error
    for relation in root.iter(_RELATIONS):
        if relation.get("TargetMode") == "External" and not str(relation.get("Type")).endswith("/hyperlink"):
            raise Unreadable("outside_links")


def _as_presentation(content: bytes) -> bytes:
    """A template (.potx) differs from a presentation by its main content type alone."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        types = package.read(CONTENT_TYPES)
        if _TEMPLATE.encode() not in types:
            return content
        copy = BytesIO()
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as changed:
            for entry in package.infolist():
                changed.writestr(
                    entry,
                    types.replace(_TEMPLATE.encode(), _PRESENTATION.encode())
                    if entry.filename == CONTENT_TYPES
                    else package.read(entry),
                )
    return copy.getvalue()


def _remove_slides(presentation: Any) -> None:
    """Sections and custom shows name slides; left behind, PowerPoint would call the file damaged."""
    root = presentation.part._element
    slides = root.find(qn("p:sldIdLst"))
    for slide in list(slides if slides is not None else ()):
        presentation.part.drop_rel(slide.get(qn("r:id")))
        slides.remove(slide)
    for shows in root.findall(qn("p:custShowLst")):
        root.remove(shows)
    for sections in list(root.iter(_SECTIONS)):
        extension = sections.getparent()
        extension.getparent().remove(extension)
