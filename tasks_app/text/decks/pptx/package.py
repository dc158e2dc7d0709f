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

from tasks_app.text.decks.template_suffixes import MACRO_SUFFIXES, SUFFIXES
from tasks_app.text.extraction.common import archive, damage
from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.result import Unreadable
from tasks_app.text.extraction.file_formats import HEAD_BYTES, OLE_ENCRYPTED, recognise

CONTENT_TYPES = "[Content_Types].xml"
_MAIN = "application/vnd.openxmlformats-officedocument.presentationml.{}.main+xml"
_TEMPLATE, _PRESENTATION = _MAIN.format("template"), _MAIN.format("presentation")
_MACROS = ("macroEnabled", "vbaProject")
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_MAX_RELATIONS_BYTES = 4 * 1024**2
_RELATION_NAMES = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
"""Attributes of this namespace hold the key of a relation."""

_FOLLOWED = {qn("a:hlinkClick"), qn("a:hlinkHover"), qn("a:hlinkMouseOver")}
"""Elements that lead somewhere only when somebody clicks or points."""

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
    """The presentation in a template, without its slides and without a link to anywhere else.

    Raises Unreadable: damaged, no_usable_layout, outside_links.
    """
    try:
        presentation = Presentation(BytesIO(_as_presentation(content)))
        _remove_slides(presentation)
        _cut_off(presentation)
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
        raise damage.meaning(error) from error
    return presentation


def _judge_parts(package: zipfile.ZipFile) -> None:
    names = package.namelist()
    types = package.read(CONTENT_TYPES).decode("utf-8", "replace") if CONTENT_TYPES in names else ""
    if any(mark in types or any(mark in name for name in names) for mark in _MACROS):
        raise Unreadable("macros")
    for name in names:
        if not name.lower().endswith(".rels"):
            continue
        if package.getinfo(name).file_size > _MAX_RELATIONS_BYTES:
            raise Unreadable("damaged")  # no program writes so many
        _judge_relations(package.read(name))


def _judge_relations(content: bytes) -> None:
    """Links for people to follow may stay; what a program fetches by itself when the deck is opened may not."""
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise damage.meaning(error) from error
    for relation in root.iter(_RELATIONS):
        outside = str(relation.get("TargetMode")).lower() == "external"
        if outside and not str(relation.get("Type")).endswith("/hyperlink"):
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


def _cut_off(presentation: Any) -> None:
    """Remove links that people may follow. Raises Unreadable for whatever else leads out of the file.

    What loads a picture may name a link's relation as well, so that the relation's type says nothing.
    """
    for part in presentation.part.package.iter_parts():
        outside = {key for key, relation in part.rels.items() if relation.is_external}
        if not outside:
            continue
        root = getattr(part, "_element", None)
        if root is None:
            raise Unreadable("outside_links")
        for element in [element for element in root.iter() if _names_one_of(element, outside)]:
            if element.tag not in _FOLLOWED:
                raise Unreadable("outside_links")
            element.getparent().remove(element)
        for key in outside:
            part.rels.pop(key)


def _names_one_of(element: Any, relations: set[str]) -> bool:
    return any(name.startswith(_RELATION_NAMES) and value in relations for name, value in element.attrib.items())


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
