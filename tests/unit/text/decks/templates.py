"""Templates as offices have them: with slides, sections and foreign names of layouts; with hardly any layout."""

import zipfile
from functools import cache
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER as KIND
from pptx.oxml import parse_xml

SECTIONS = (
    '<p:extLst xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main">'
    '<p:ext uri="{521415D9-36F7-43E2-AB2F-B90AF26B5E84}">'
    '<p14:sectionLst xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main">'
    '<p14:section name="表紙" id="{6F1C1A5C-0000-4000-8000-000000000001}"><p14:sldIdLst><p14:sldId id="256"/>'
    "</p14:sldIdLst></p14:section></p14:sectionLst></p:ext></p:extLst>"
)
MACRO_TYPE = "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
TEMPLATE_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml"


@cache
def corporate() -> bytes:
    """Every usual layout, under names that tell nothing; a slide in a section."""
    deck = Presentation()
    for number, layout in enumerate(deck.slide_layouts):
        layout.name = f"様式{number}"
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "見本"
    deck.part._element.append(parse_xml(SECTIONS))
    return saved(deck)


@cache
def bare() -> bytes:
    """One layout, with a title and a text, without footer and slide number."""
    deck: Any = Presentation()
    for layout in [*list(deck.slide_layouts)[2:], deck.slide_layouts[0]]:
        deck.slide_layouts.remove(layout)
    (layout,) = deck.slide_layouts
    layout.placeholders[1]._element.ph.set("type", "body")
    for shape in list(layout.placeholders):
        if shape.placeholder_format.type in (KIND.DATE, KIND.FOOTER, KIND.SLIDE_NUMBER):
            shape._element.getparent().remove(shape._element)
    return saved(deck)


@cache
def blank() -> bytes:
    """No layout that text could go into."""
    deck = Presentation()
    for number, layout in enumerate(list(deck.slide_layouts)):
        if number != 6:
            deck.slide_layouts.remove(layout)
    return saved(deck)


def potx() -> bytes:
    return changed({"[Content_Types].xml": (MAIN_TYPE, TEMPLATE_TYPE)})


def with_macros() -> bytes:
    """A .pptm under the name of a .pptx."""
    return changed({"[Content_Types].xml": (MAIN_TYPE, MACRO_TYPE)}, {"ppt/vbaProject.bin": b"macro"})


def with_outside_picture() -> bytes:
    relation = (
        '<Relationship Id="rId99" TargetMode="External" Target="http://198.51.100.1/a.png"'
        ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/></Relationships>'
    )
    return changed({"ppt/slideLayouts/_rels/slideLayout1.xml.rels": ("</Relationships>", relation)})


RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LAYOUT, ITS_RELATIONS = "ppt/slideLayouts/slideLayout1.xml", "ppt/slideLayouts/_rels/slideLayout1.xml.rels"
OUTSIDE = (
    '<Relationship Id="rId99" TargetMode="{mode}" Target="http://198.51.100.1/a.png"'
    f' Type="{RELATIONS}/{{kind}}"/></Relationships>'
)


def with_link(element: str, mode: str = "External") -> bytes:
    """A relation for people to follow, named by this element of a layout."""
    relation = OUTSIDE.format(mode=mode, kind="hyperlink")
    extension = f'<p:extLst xmlns:r="{RELATIONS}"><p:ext uri="x">{element}</p:ext></p:extLst>'
    return changed(
        {ITS_RELATIONS: ("</Relationships>", relation), LAYOUT: ("</p:cSld>", f"{extension}</p:cSld>")},
    )


FOLLOWED = '<a:hlinkClick r:id="rId99"/>'
LOADED = '<a:blip r:link="rId99"/>'


def with_relations_that_are_too_long() -> bytes:
    """An outside picture behind four megabytes of blanks."""
    relation = OUTSIDE.format(mode="External", kind="image")
    return changed({ITS_RELATIONS: ("</Relationships>", " " * (4 * 1024**2) + relation)})


def with_media(size: int) -> bytes:
    """So many bytes of video that pack to nothing, as a bomb would have them."""
    return changed({}, {"ppt/media/media1.mp4": bytes(size)})


def changed(replacements: dict[str, tuple[str, str]], additions: dict[str, bytes] | None = None) -> bytes:
    copy = BytesIO()
    with zipfile.ZipFile(BytesIO(corporate())) as package, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as target:
        for name in package.namelist():
            old, new = replacements.get(name, ("", ""))
            content = package.read(name)
            target.writestr(name, content.replace(old.encode(), new.encode()) if old else content)
        for name, content in (additions or {}).items():
            target.writestr(name, content)
    return copy.getvalue()


def saved(deck: Any) -> bytes:
    file = BytesIO()
    deck.save(file)
    return file.getvalue()


def broken_xml() -> bytes:
    return changed({"ppt/presentation.xml": ("</p:presentation>", "")})
