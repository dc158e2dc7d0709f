"""What drawings of all Office programs say: their paragraphs, charts and diagrams (ECMA-376-1, 20 and 21)."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from tasks_app.text.extraction.common.lines import ExtractedLine, row
from tasks_app.text.extraction.common.omissions import OmissionKind, OmissionLog
from tasks_app.text.extraction.office.counting import counted
from tasks_app.text.extraction.office.formula import lowered, math, raised
from tasks_app.text.extraction.office.office_package import OfficePackage, chosen, qn
from tasks_app.text.extraction.office.spreadsheets.number_format import NumberFormat

MAX_POINTS = 10_000
"""Of one chart."""

_STYLES = {
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "arabic": "decimal",
    "arabicDb": "decimalFullWidth",
    "circleNum": "decimalEnclosedCircle",
    "ea1Chs": "chineseCounting",
    "ea1Cht": "chineseCounting",
    "ea1JpnChs": "japaneseCounting",
    "ea1JpnKor": "japaneseCounting",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
}
_AROUND = {"ParenBoth": ("(", ")"), "ParenR": ("", ")"), "Period": ("", "."), "DbPeriod": ("", "．")}
_NUMBERS = (qn("c:numCache"), qn("c:numLit"))
_CACHES = (*_NUMBERS, qn("c:strCache"), qn("c:strLit"), qn("c:lvl"))
_BY_PROGRAM = re.compile(
    r"自動的に生成された説明|automatically generated|AI-generated|AI によって生成"
    r"|\.(?:png|jpe?g|gif|emf|wmf|bmp|tiff?|svg)$|^https?://\S+$"
    r"|^(?:picture|image|graphic|図|画像|グラフィックス)\s*[0-9]*$",
    re.IGNORECASE,
)
_BREAKS = {qn("a:br"): "\n", qn("a:tab"): "\t"}


def automatic_number(style: str, number: int) -> str:
    """As PowerPoint writes it; `style` as in 20.1.10.61 ST_TextAutonumberScheme, such as "arabicPeriod"."""
    for ending, (before, after) in _AROUND.items():
        if style.endswith(ending) and style.removesuffix(ending) in _STYLES:
            return f"{before}{counted(number, _STYLES[style.removesuffix(ending)])}{after}"
    name = next((name for name in sorted(_STYLES, key=len, reverse=True) if style.startswith(name)), "arabic")
    return counted(number, _STYLES[name])


def paragraphs(body: Any, inherited: Any = None) -> Iterator[str]:
    """The paragraphs below a text body, blank ones too, with their numbers; `inherited` is another list style."""
    counts: dict[int, tuple[str, int]] = {}
    for paragraph in body.iter(qn("a:p")):
        text = paragraph_text(paragraph)
        properties = paragraph.find(qn("a:pPr"))
        level = min(max(_integer(None if properties is None else properties.get("lvl"), 0), 0), 8)
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        automatic = _automatic(properties, (body.find(qn("a:lstStyle")), inherited), level)
        if automatic is None or not text.strip():
            if text.strip():
                counts.pop(level, None)
            yield text
            continue
        style, start = automatic.get("type", ""), _integer(automatic.get("startAt"), 1)
        before = counts.get(level)
        number = before[1] + 1 if before and before[0] == f"{style} {start}" else start
        counts[level] = (f"{style} {start}", number)
        yield f"{automatic_number(style, number)} {text}"


def _automatic(properties: Any, list_styles: Sequence[Any], level: int) -> Any:
    """What numbers a paragraph: its own properties, else those of its level in the first list style that says so."""
    levels = (one.find(qn(f"a:lvl{level + 1}pPr")) for one in list_styles if one is not None)
    for place in (properties, *levels):
        if place is not None:
            if place.find(qn("a:buNone")) is not None or place.find(qn("a:buChar")) is not None:
                return None
            found = place.find(qn("a:buAutoNum"))
            if found is not None:
                return found
    return None


def paragraph_text(paragraph: Any) -> str:
    return "".join(_pieces(paragraph))


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == qn("a:r"):
            text = child.findtext(qn("a:t")) or ""
            properties = child.find(qn("a:rPr"))
            height = _integer(None if properties is None else properties.get("baseline"), 0)
            yield raised(text) if height > 0 else lowered(text) if height < 0 else text
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        elif child.tag == qn("a:t"):
            yield child.text or ""
        elif child.tag == qn("m:oMath"):
            yield math(child)
        elif child.tag == qn("mc:AlternateContent"):
            yield from _pieces(chosen(child))
        elif child.tag not in (qn("a:pPr"), qn("a:rPr"), qn("a:endParaRPr")):
            yield from _pieces(child)


def alternative_text(properties: Any) -> str:
    """What its author says a picture shows; empty where nobody or only a program did. `properties` may be None."""
    text = "" if properties is None else " ".join((properties.get("descr") or "").split())
    return "" if _BY_PROGRAM.search(text) else text


def diagram(data: Any) -> Iterator[str]:
    """The text of each point of a diagram (SmartArt), from the root of its data."""
    for point in data.iter(qn("dgm:pt")):
        text = "\n".join(filter(None, map(paragraph_text, point.iter(qn("a:p")))))
        if text and point.get("type") not in ("pres", "parTrans", "sibTrans"):
            yield text


def chart(space: Any) -> Iterator[tuple[str, bool]]:
    """(text, whether it is a row): its titles, then a row for each series: name and values, the categories above."""
    for title in space.iter(qn("c:title")):
        yield " ".join(filter(None, map(paragraph_text, title.iter(qn("a:p"))))), False
    categories: list[str] = []
    for series in space.iter(qn("c:ser")):
        values = _points(series, "c:val") or _points(series, "c:yVal")
        found = _points(series, "c:cat") or _points(series, "c:xVal")
        if found != categories:
            categories = found
            yield row(["", *categories]), True
        yield row([*(_points(series, "c:tx") or [""]), *values]), True


def chart_lines(
    package: OfficePackage, part: str, reference: Any, log: OmissionLog, *, slide: int = 0, sheet: str = ""
) -> Iterator[ExtractedLine]:
    """Of the chart that <c:chart r:id="…"/> in a part refers to; said as left out where it is not in the file."""
    target = package.target(part, reference.get(qn("r:id")))
    if not target:
        log.add(OmissionKind.CHARTS, slide=slide, sheet=sheet)
        return
    for text, is_row in chart(package.root(target)):
        yield ExtractedLine(text, is_row=is_row)


def diagram_lines(
    package: OfficePackage, part: str, reference: Any, log: OmissionLog, *, slide: int = 0, sheet: str = ""
) -> Iterator[ExtractedLine]:
    """Of the diagram that <dgm:relIds r:dm="…"/> in a part refers to; said as left out where it is not in the file."""
    target = package.target(part, reference.get(qn("r:dm")))
    if not target:
        log.add(OmissionKind.DIAGRAMS, slide=slide, sheet=sheet)
        return
    for text in diagram(package.root(target)):
        yield ExtractedLine(text)


def _points(series: Any, name: str) -> list[str]:
    """The values as the chart's number format shows them, blanks where a point is left out."""
    found: dict[int, str] = {}
    held = series.find(qn(name))
    for cache in () if held is None else held.iter(*_CACHES):
        code = cache.findtext(qn("c:formatCode")) or ""
        for point in cache.iterfind(qn("c:pt")):
            place = _integer(point.get("idx"), len(found))
            if 0 <= place < MAX_POINTS:
                text = point.findtext(qn("c:v")) or ""
                text = _formatted(text, point.get("formatCode") or code) if cache.tag in _NUMBERS else text
                found[place] = f"{found[place]} {text}" if place in found else text
    literal = series.findtext(f"{qn(name)}/{qn('c:v')}")
    if literal and not found:
        return [literal]
    return [found.get(place, "") for place in range(max(found, default=-1) + 1)]


def _formatted(text: str, code: str) -> str:
    try:
        return NumberFormat.of(code or "General").shown(float(text))
    except ValueError:
        return text


def _integer(text: str | None, otherwise: int) -> int:
    try:
        return int(text or otherwise)
    except ValueError:
        return otherwise
