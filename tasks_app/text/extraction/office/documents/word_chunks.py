"""Files of other formats that Word shows as part of a document (altChunk; ECMA-376-1, 17.17.2)."""

from collections.abc import Callable, Iterator
from email import message_from_bytes, policy

from lxml import etree, html

from tasks_app.text.extraction.common.lines import BODY, ExtractedLine, row
from tasks_app.text.japanese.encoding import decode

_LEVELS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = {
    *("address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "footer", "form"),
    *("header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "ul", *_LEVELS),
}
_UNSEEN = ("head", "script", "style", "template", "rt", "rp")


def foreign_lines(data: bytes, extension: str) -> Iterator[ExtractedLine]:
    """`extension` is one of FOREIGN."""
    yield from FOREIGN[extension](data)


def _text(data: bytes) -> Iterator[ExtractedLine]:
    for line in decode(data)[0].splitlines():
        yield ExtractedLine(line)


def _mail(data: bytes) -> Iterator[ExtractedLine]:
    """A web page saved in one file (.mht)."""
    for part in message_from_bytes(data, policy=policy.default).walk():
        content = part.get_payload(decode=True)
        if part.get_content_type() == "text/html" and isinstance(content, bytes):
            yield from _page(content)


def _page(data: bytes) -> Iterator[ExtractedLine]:
    text = decode(data)[0]
    if not text.strip():
        return
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    page = html.document_fromstring(text.encode(), parser=parser)
    etree.strip_elements(page, *_UNSEEN, with_tail=False)
    line: list[str] = []
    walk = etree.iterwalk(page, events=("start", "end"))
    for event, element in walk:
        is_block = element.tag in _BLOCKS
        if event == "start" and element.tag == "tr":
            yield ExtractedLine(_taken(line))
            yield ExtractedLine(row(_folded(cell.text_content()) for cell in element.iter("td", "th")), is_row=True)
            walk.skip_subtree()
        elif event == "start":
            if is_block:
                yield ExtractedLine(_taken(line))
            line.append("\n" if element.tag == "br" else element.text or "")
        else:
            if is_block:
                yield ExtractedLine(_taken(line), _LEVELS.get(element.tag, BODY))
            line.append(element.tail or "")


def _taken(line: list[str]) -> str:
    text = "\n".join(_folded(one) for one in "".join(line).split("\n"))
    line.clear()
    return text.strip()


def _folded(text: str) -> str:
    return " ".join(text.split())


FOREIGN: dict[str, Callable[[bytes], Iterator[ExtractedLine]]] = {
    ".htm": _page,
    ".html": _page,
    ".mht": _mail,
    ".mhtml": _mail,
    ".txt": _text,
    ".xhtml": _page,
}
