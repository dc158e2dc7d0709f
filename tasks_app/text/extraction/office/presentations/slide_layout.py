"""Where the shapes of a slide are, and the order in which people read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tasks_app.text.extraction.office.office_package import OfficePackage, qn

SLACK = 0.1
"""Shapes may overlap by this share of their size and still stand beside or below each other."""

MAX_CUTS = 30
"""How often a slide is divided; drawings of thousands of shapes have no order anyway."""

_SAME_TYPE = {"ctrTitle": "title", "subTitle": "body", "obj": "body", "": "body"}
"""What a placeholder of the master is called for those of these types."""


@dataclass(frozen=True)
class PlacedShape:
    shape: Any
    left: float
    top: float
    right: float
    bottom: float


class SlideLayout:
    """What a slide takes from its layout, and that from its master: places and list styles of placeholders."""

    def __init__(self, package: OfficePackage, slide: str) -> None:
        layouts = package.related(slide, "slideLayout")
        masters = package.related(layouts[0], "slideMaster") if layouts else []
        self._pages = [
            list(package.root(part).iterfind(f"{qn('p:cSld')}/{qn('p:spTree')}/{qn('p:sp')}"))
            for part in (*layouts[:1], *masters[:1])
        ]

    def box(self, shape: Any) -> PlacedShape | None:
        """Where it is among the shapes beside it; None if nothing says so."""
        for one in (shape, *self._models(shape)):
            for place in one.iter(qn("a:xfrm"), qn("p:xfrm")):
                offset, size = place.find(qn("a:off")), place.find(qn("a:ext"))
                if offset is not None and size is not None:
                    return _placed(shape, offset, size)
                break
        return None

    def list_style(self, shape: Any) -> Any:
        """The list style that its layout gives it; None if there is none."""
        found = (one.find(f"{qn('p:txBody')}/{qn('a:lstStyle')}") for one in self._models(shape))
        return next((one for one in found if one is not None), None)

    def _models(self, shape: Any) -> list[Any]:
        """The placeholders that a placeholder follows: by number, else by type."""
        mark = _mark(shape)
        if mark is None:
            return []
        found = []
        for page in self._pages:
            same = [one for one in page if mark.get("idx") and _of(one, "idx") == mark.get("idx")]
            kind = mark.get("type", "")
            same += [one for one in page if _of(one, "type") in (kind, _SAME_TYPE.get(kind, kind))]
            found += same[:1]
        return found


def placeholder(shape: Any) -> str:
    """What a shape is a placeholder for; empty if it is none."""
    found = _mark(shape)
    return "" if found is None else str(found.get("type", "obj"))


def reading_order(shapes: Sequence[Any], layout: SlideLayout) -> list[Any]:
    """From row to row, within a row from column to column; what has no place comes first."""
    boxes = [(shape, layout.box(shape)) for shape in shapes]
    nowhere = [shape for shape, box in boxes if box is None]
    placed = [box for _shape, box in boxes if box is not None]
    return [*nowhere, *(box.shape for box in _ordered(placed, MAX_CUTS))]


def _ordered(boxes: Sequence[PlacedShape], cuts: int) -> list[PlacedShape]:
    """Divided where a horizontal gap goes through all of them, else where a vertical one does (XY cut)."""
    if len(boxes) < 2:
        return list(boxes)
    for groups in (_divided(boxes, "top", "bottom"), _divided(boxes, "left", "right")) if cuts else ():
        if len(groups) > 1:
            return [box for group in groups for box in _ordered(group, cuts - 1)]
    return sorted(boxes, key=lambda box: (box.top, box.left))


def _divided(boxes: Sequence[PlacedShape], start: str, end: str) -> list[list[PlacedShape]]:
    groups: list[list[PlacedShape]] = []
    reached = float("-inf")
    for box in sorted(boxes, key=lambda one: (getattr(one, start), getattr(one, end))):
        first, last = getattr(box, start), getattr(box, end)
        slack = (last - first) * SLACK
        if not groups or first + slack >= reached:
            groups.append([])
        groups[-1].append(box)
        reached = max(reached, last - slack)
    return groups


def _mark(shape: Any) -> Any:
    """The element that makes a shape a placeholder."""
    return shape.find(f"*/{qn('p:nvPr')}/{qn('p:ph')}")


def _of(shape: Any, name: str) -> str:
    found = _mark(shape)
    return "" if found is None else str(found.get(name, ""))


def _placed(shape: Any, offset: Any, size: Any) -> PlacedShape | None:
    try:
        left, top = float(offset.get("x", "")), float(offset.get("y", ""))
        return PlacedShape(shape, left, top, left + float(size.get("cx", "0")), top + float(size.get("cy", "0")))
    except ValueError:  # Strict files may name units
        return None
