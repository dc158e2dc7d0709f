"""What the styles of a Word file say of paragraphs and runs: numbers before them, and whether text is hidden."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tasks_app.text.extraction.office.office_package import on, qn

_INTEGER = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True)
class WordStyles:
    """Style elements by id."""

    by_id: dict[str, Any]
    paragraph: str
    """Id of the style of paragraphs that name none."""

    @classmethod
    def of(cls, root: Any) -> "WordStyles":
        """From the root element of a file's styles, None if it has none."""
        styles = [] if root is None else root.findall(qn("w:style"))
        usual = [one for one in styles if one.get(qn("w:type")) == "paragraph" and one.get(qn("w:default")) == "1"]
        by_id = {one.get(qn("w:styleId"), ""): one for one in styles}
        return cls(by_id, usual[0].get(qn("w:styleId"), "") if usual else "")

    def chain(self, style_id: str) -> Iterator[Any]:
        """A style and those that it is based on."""
        seen: set[str] = set()
        while style_id in self.by_id and style_id not in seen:
            seen.add(style_id)
            style = self.by_id[style_id]
            yield style
            style_id = value(style, "w:basedOn")

    def of_paragraph(self, paragraph: Any) -> str:
        """Its style's id."""
        found = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        return self.paragraph if found is None else str(found.get(qn("w:val"), ""))

    def hides(self, style_id: str) -> bool:
        for style in self.chain(style_id):
            found = style.find(f"{qn('w:rPr')}/{qn('w:vanish')}")
            if found is not None:
                return on(found)
        return False


def value(parent: Any, tag: str) -> str:
    child = parent.find(qn(tag))
    return "" if child is None else str(child.get(qn("w:val"), ""))


def number(parent: Any, tag: str, otherwise: int) -> int:
    """The value of a child as an integer."""
    found = value(parent, tag)
    return int(found) if _INTEGER.fullmatch(found) else otherwise
