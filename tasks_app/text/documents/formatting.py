"""Text made readable without a model: wrapped lines joined, paragraphs, headings, lists and tables kept.

Only space is added or removed; every other character stays, in its order.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

MIN_COLUMNS, MAX_COLUMNS = 30, 160
"""Columns between which a file may wrap its lines. Wider lines are whole paragraphs."""

FULL_SHARE = 0.85
"""A line at least this full was probably broken by the wrap, not by its author."""

_LINE_END = re.compile("\r\n|[\r\n\f\v\x1c\x1d\x1e\x85\u2028\u2029]")
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_STRUCTURE = re.compile(
    r"[ \t　]*(?:"
    r"#{1,6}\s|[-*+>]\s|[・●○◎◯〇■□◆◇▲△▼▽※★☆▶►→⇒【〔]"
    r"|第[0-9０-９一二三四五六七八九十百]+[章節条項款編部回号]"
    r"|[（(]?[0-9０-９]{1,3}(?:[.．-][0-9０-９]{1,3})*(?:[)）.．、]|[ \t　])"
    r"|[（(]?[一二三四五六七八九十]{1,3}[)）.．、　]|[（(]?[ア-ンa-zA-Z][)）.．]|[①-⑳]"
    r")"
)
_HEADING = re.compile(r"[ \t　]*(?:#{1,6}\s|[【〔].*[】〕]$)")
_TABLE = re.compile(r"\t|^\s*\||\s\|\s|\S(?:[ 　]{2,}\S+){2,}")
_CLOSED = re.compile(r"[。．！？!?｡」』）)：:]$")
_PAGE_NUMBER = re.compile(r"[ \t　]*[-－―‐–—]?[ \t　]*[0-9０-９]{1,4}[ \t　]*[-－―‐–—]?$")
_WORD_END = re.compile(r"[a-zA-Z0-9,.;:!?)'\"]$")
_LETTER = re.compile(r"[a-zA-Z(]")
_INDENT = re.compile(r"[ \t　]")


def formatted(text: str) -> str:
    """`text` with one line per paragraph, item or row, and at most one blank line between them."""
    lines = [line.rstrip() for line in _LINE_END.split(text)]
    width = _wrap_width(lines)
    result: list[str] = []
    for line in _joined(lines, width):
        if line or (result and result[-1]):
            result.append(line)
    return "\n".join(result).strip("\n")


def _joined(lines: Iterable[str], width: int) -> Iterator[str]:
    """Lines with those put together that a wrap at `width` columns (0: none) took apart."""
    pieces: list[str] = []
    fenced = False
    for line in lines:
        fence = bool(_FENCE.match(line))
        if pieces and not fenced and not fence and width and _continues(pieces[-1], line, width):
            pieces.append(_gap(pieces[-1], line.lstrip()) + line.lstrip())
        else:
            yield from ["".join(pieces)] if pieces else []
            pieces = [line]
        fenced ^= fence
    yield "".join(pieces)


def _continues(line: str, following: str, width: int) -> bool:
    """Whether the sentence in `line` continues in `following`."""
    if not line or not following or _STRUCTURE.match(following):
        return False
    if _PAGE_NUMBER.match(line) or _PAGE_NUMBER.match(following):
        return False
    if _HEADING.match(line) or _CLOSED.search(line) or _TABLE.search(line) or _TABLE.search(following):
        return False
    if _INDENT.match(following) and not _STRUCTURE.match(line):
        return False
    return columns(line) >= width * FULL_SHARE


def _wrap_width(lines: Iterable[str]) -> int:
    """The columns at which the lines were wrapped, or 0 if they were not."""
    widths = sorted(width for line in lines if not _TABLE.search(line) and (width := columns(line)) >= MIN_COLUMNS)
    if not widths:
        return 0
    usual = widths[len(widths) * 9 // 10]
    return usual if usual <= MAX_COLUMNS else 0


def columns(line: str) -> int:
    """Width on a screen with fixed columns: Japanese characters take two."""
    return len(line) + sum(unicodedata.east_asian_width(character) in "WF" for character in line)


def _gap(before: str, after: str) -> str:
    """A space between words of letters; none within Japanese or within a number."""
    return " " if _WORD_END.search(before) and _LETTER.match(after) else ""
