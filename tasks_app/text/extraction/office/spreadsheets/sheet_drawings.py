"""What stands above the cells of an Excel sheet: comments, text boxes, charts, tick boxes."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from lxml import etree

from tasks_app.text.extraction.common.lines import ExtractedLine
from tasks_app.text.extraction.common.omissions import OmissionKind, OmissionLog
from tasks_app.text.extraction.office import drawing_text
from tasks_app.text.extraction.office.office_package import OfficePackage, qn
from tasks_app.text.extraction.office.spreadsheets.sheet_cells import position

TICKED, UNTICKED = "☑", "☐"

_THREADS = "{http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments}"
_CONTROL = "{urn:schemas-microsoft-com:office:excel}"
_PHONETIC = qn("s:rPh")


def comments(package: OfficePackage, sheet: str) -> dict[int, list[tuple[str, str]]]:
    """(cell, text) of the comments of each row. Threads come instead of the copies kept for older programs."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    threaded: set[str] = set()
    for part in package.related(sheet, "threadedComment"):
        for one in package.root(part).iter(f"{_THREADS}threadedComment"):
            threaded.add(one.get("ref", ""))
            _add(found, one.get("ref", ""), one.findtext(f"{_THREADS}text") or "")
    for part in package.related(sheet, "comments"):
        for one in package.root(part).iter(qn("s:comment")):
            if one.get("ref", "") not in threaded:
                _add(found, one.get("ref", ""), _without_readings(one))
    return dict(found)


def drawings(package: OfficePackage, sheet: str, name: str, log: OmissionLog) -> Iterator[ExtractedLine]:
    """Boxes with text, charts and diagrams in the order of the file, then tick boxes. Pictures are counted."""
    for part in package.related(sheet, "drawing"):
        yield from _shapes(package, part, package.root(part), name, log)
    for part in package.related(sheet, "vmlDrawing"):
        yield from _controls(package.data(part))


def _add(found: dict[int, list[tuple[str, str]]], cell: str, text: str) -> None:
    at = position(cell)
    if at and text.strip():
        found[at[0]].append((cell, " ".join(text.split())))


def _without_readings(comment: Any) -> str:
    texts = (one for one in comment.iter(qn("s:t")) if one.getparent().tag != _PHONETIC)
    return "".join(one.text or "" for one in texts)


def _shapes(package: OfficePackage, part: str, parent: Any, name: str, log: OmissionLog) -> Iterator[ExtractedLine]:
    for element in parent:
        tag = element.tag
        if tag == qn("xdr:txBody"):
            yield ExtractedLine("\n".join(filter(None, drawing_text.paragraphs(element))))
        elif tag == qn("c:chart"):
            yield from drawing_text.chart_lines(package, part, element, log, sheet=name)
        elif tag == qn("dgm:relIds"):
            yield from drawing_text.diagram_lines(package, part, element, log, sheet=name)
        elif tag == qn("xdr:cNvPr"):
            yield ExtractedLine(drawing_text.alternative_text(element))
        elif tag == qn("mc:AlternateContent"):
            yield from _alternate(package, part, element, name, log)
        else:
            log.add(OmissionKind.PICTURES, int(tag == qn("xdr:pic")), sheet=name)
            yield from _shapes(package, part, element, name, log)


def _alternate(package: OfficePackage, part: str, element: Any, name: str, log: OmissionLog) -> Iterator[ExtractedLine]:
    """A form control is drawn here too, and read from where it says whether it is ticked."""
    choice = element.find(qn("mc:Choice"))
    if choice is not None and choice.get("Requires") == "a14" and not any(True for _ in choice.iter(qn("m:oMath"))):
        return
    kept = choice if choice is not None else element.find(qn("mc:Fallback"))
    if kept is not None:
        yield from _shapes(package, part, kept, name, log)


def _controls(data: bytes) -> Iterator[ExtractedLine]:
    """Form controls in the older way of drawing, which is not always well-formed."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = etree.fromstring(data, parser)
    for shape in () if root is None else root.iter(qn("v:shape")):
        data_of = shape.find(f"{_CONTROL}ClientData")
        kind = "" if data_of is None else data_of.get("ObjectType", "")
        if kind in ("", "Note"):
            continue
        text = " ".join(" ".join(box.itertext()) for box in shape.iter(qn("v:textbox")))
        text = " ".join(text.split())
        if kind in ("Checkbox", "Radio"):
            checked = (data_of.findtext(f"{_CONTROL}Checked") or "0").strip()
            text = f"{TICKED if checked == '1' else UNTICKED} {text}"
        yield ExtractedLine(text)
