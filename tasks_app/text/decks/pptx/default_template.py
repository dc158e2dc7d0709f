"""The template that comes along, made from python-pptx's own: 16:9, calm colours, a layout for each kind of slide."""

import re
from functools import cache
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Inches

from tasks_app.text.decks.deck import Layout

WIDTH, HEIGHT = 13.333, 7.5
LATIN, EAST_ASIAN = "Arial", "Yu Gothic"
COLOURS = {
    "dk1": "1F2933",
    "lt1": "FFFFFF",
    "dk2": "17406D",
    "lt2": "EEF3F8",
    "accent1": "1D5FA8",
    "accent2": "2A9D8F",
    "accent3": "E09F3E",
    "accent4": "9E4770",
    "accent5": "6C757D",
    "accent6": "52796F",
    "hlink": "1D5FA8",
    "folHlink": "6C4AA0",
}

_TITLE = ("title", 0, (0.75, 0.45, 11.83, 1.0), 30, "tx2", "b", True)
_FOOTER = ("ftr", 11, (0.75, 6.95, 10.6, 0.36), 11, "accent5", "ctr", False)
_NUMBER = ("sldNum", 12, (11.58, 6.95, 1.0, 0.36), 11, "accent5", "ctr", False)
_NUMBER_ON_DARK = (*_NUMBER[:4], "bg1", *_NUMBER[5:])
_BODY = (0.75, 1.7, 11.83, 5.05)

PLACEHOLDERS: dict[Layout, tuple[Any, ...]] = {
    Layout.TITLE: (
        ("ctrTitle", 0, (1.1, 2.1, 11.1, 1.7), 40, "tx2", "b", True),
        ("subTitle", 1, (1.1, 4.1, 11.1, 1.0), 20, "accent5", "t", False),
    ),
    Layout.BULLETS: (_TITLE, ("", 1, _BODY, 22, "tx1", "t", False)),
    Layout.SECTION: (
        ("title", 0, (1.1, 2.5, 11.1, 1.3), 36, "bg1", "b", True),
        ("body", 1, (1.1, 4.0, 11.1, 1.0), 20, "bg1", "t", False),
    ),
    Layout.TWO_COLUMNS: (
        _TITLE,
        ("", 1, (0.75, 1.7, 5.7, 5.05), 20, "tx1", "t", False),
        ("", 2, (6.88, 1.7, 5.7, 5.05), 20, "tx1", "t", False),
    ),
    Layout.TABLE: (_TITLE, ("tbl", 1, _BODY, 16, "tx1", "t", False)),
    Layout.CHART: (_TITLE, ("chart", 1, _BODY, 16, "tx1", "t", False)),
    Layout.QUOTE: (
        _TITLE,
        ("body", 1, (1.6, 2.0, 10.4, 2.9), 28, "tx2", "ctr", False),
        ("body", 2, (1.6, 5.1, 10.4, 0.8), 18, "accent5", "t", False),
    ),
    Layout.CLOSING: (_TITLE, ("", 1, _BODY, 22, "tx1", "t", False)),
}
"""(type, index, place in inches, size in points, colour, anchor, bold); empty is what PowerPoint calls an object."""

ORNAMENTS = {
    Layout.TITLE: (((0, 0, 0.35, HEIGHT), "accent1"), ((1.2, 3.92, 1.6, 0.05), "accent1")),
    Layout.SECTION: (((0, 0, WIDTH, HEIGHT), "tx2"), ((1.2, 3.87, 1.6, 0.05), "accent3")),
    Layout.QUOTE: (((1.2, 2.0, 0.07, 3.9), "accent1"),),
    Layout.CLOSING: (((0, 0, WIDTH, 0.16), "accent2"), ((0.85, 1.5, 1.6, 0.05), "accent2")),
}
"""(place in inches, colour) of plain shapes behind the text."""

_RULE = ((0.85, 1.5, 1.6, 0.05), "accent1")
_WITHOUT_BULLETS = {"ctrTitle", "subTitle", "title", "body", "ftr", "sldNum", "tbl", "chart"}


@cache
def content() -> bytes:
    """The template as a .pptx without slides."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    master = deck.slide_master
    for layout, kind in zip(list(deck.slide_layouts), [*Layout, *[None] * 20], strict=False):
        if kind is None:
            deck.slide_layouts.remove(layout)
        else:
            _lay_out(layout, kind)
    _lay_out_master(master)
    _dress(master.part)
    file = BytesIO()
    deck.save(file)
    return file.getvalue()


def _lay_out(layout: Any, kind: Layout) -> None:
    layout.name = kind.value
    layout._element.attrib.pop("type", None)
    rule = (_RULE,) if _TITLE in PLACEHOLDERS[kind] and kind is not Layout.CLOSING else ()
    number = _NUMBER_ON_DARK if kind is Layout.SECTION else _NUMBER
    _draw(layout, (*ORNAMENTS.get(kind, ()), *rule), (*PLACEHOLDERS[kind], _FOOTER, number))


def _lay_out_master(master: Any) -> None:
    _draw(master, (), (_TITLE, ("body", 1, _BODY, 22, "tx1", "t", False), _FOOTER, _NUMBER))
    body = master._element.find(qn("p:txStyles")).find(qn("p:bodyStyle"))
    for level in body:
        for space in level.iter(qn("a:spcBef")):
            space.getparent().remove(space)
        level.insert(0, parse_xml(f'<a:spcBef {nsdecls("a")}><a:spcPts val="800"/></a:spcBef>'))
    heading = master._element.find(qn("p:txStyles")).find(qn("p:titleStyle"))
    heading[0].set("algn", "l")


def _draw(sheet: Any, ornaments: tuple[Any, ...], placeholders: tuple[Any, ...]) -> None:
    tree = sheet.shapes._spTree
    for shape in list(tree.iter_shape_elms()):
        tree.remove(shape)
    for number, (place, colour) in enumerate(ornaments, start=2):
        tree.append(parse_xml(_ornament(number, place, colour)))
    for number, placeholder in enumerate(placeholders, start=20):
        tree.append(parse_xml(_placeholder(number, *placeholder)))


def _ornament(number: int, place: tuple[float, ...], colour: str) -> str:
    return (
        f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="{number}" name="Ornament {number}"/><p:cNvSpPr/>'
        f'<p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr>{_transform(place)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        f'<a:solidFill><a:schemeClr val="{colour}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
    )


def _placeholder(
    number: int, kind: str, index: int, place: tuple[float, ...], size: int, colour: str, anchor: str, bold: bool
) -> str:
    name = {"": "Content", "tbl": "Table", "ftr": "Footer", "sldNum": "Slide number"}.get(kind, kind)
    ink = f'<a:solidFill><a:schemeClr val="{colour}"/></a:solidFill>'
    style = f'<a:defRPr sz="{size * 100}" b="{int(bold)}">{ink}</a:defRPr>'
    level = 'marL="0" indent="0"' if kind in _WITHOUT_BULLETS else 'marL="285750" indent="-285750"'
    bullet = "<a:buNone/>" if kind in _WITHOUT_BULLETS else '<a:buFont typeface="Arial"/><a:buChar char="•"/>'
    align = ' algn="r"' if kind == "sldNum" else ' algn="l"'
    text = '<a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr/><a:t>‹#›</a:t></a:fld>'
    body = text if kind == "sldNum" else ""
    kind_of = f'type="{kind}" ' if kind else ""
    return (
        f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="{number}" name="{name} {index}"/>'
        f'<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph {kind_of}idx="{index}"/></p:nvPr></p:nvSpPr>'
        f'<p:spPr>{_transform(place)}</p:spPr><p:txBody><a:bodyPr lIns="91440" rIns="91440" tIns="45720" bIns="45720"'
        f' anchor="{anchor}"><a:normAutofit/></a:bodyPr><a:lstStyle><a:lvl1pPr {level}{align}>{bullet}{style}'
        f"</a:lvl1pPr></a:lstStyle><a:p>{body}<a:endParaRPr/></a:p></p:txBody></p:sp>"
    )


def _transform(place: tuple[float, ...]) -> str:
    left, top, width, height = (int(Inches(value)) for value in place)
    return f'<a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'


def _dress(master: Any) -> None:
    """Our colours and fonts into the theme."""
    theme = next(relation.target_part for relation in master.rels.values() if relation.reltype.endswith("/theme"))
    xml = theme.blob.decode()
    for name, colour in COLOURS.items():
        xml = re.sub(
            rf"<a:{name}>.*?</a:{name}>", f'<a:{name}><a:srgbClr val="{colour}"/></a:{name}>', xml, flags=re.DOTALL
        )
    for group in ("majorFont", "minorFont"):
        fonts = (
            f'<a:{group}><a:latin typeface="{LATIN}"/><a:ea typeface="{EAST_ASIAN}"/><a:cs typeface=""/></a:{group}>'
        )
        xml = re.sub(rf"<a:{group}>.*?</a:{group}>", fonts, xml, flags=re.DOTALL)
    theme._blob = xml.encode()
