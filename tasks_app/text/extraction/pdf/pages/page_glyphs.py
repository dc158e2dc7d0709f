"""The glyphs of a PDF page as PDFium reads them: each character with the box that it fills."""

import re
from array import array
from collections import Counter
from collections.abc import Sequence
from ctypes import byref, c_ushort
from itertools import chain
from math import cos, isclose, pi, sin
from typing import Any, NamedTuple

import pypdfium2
from pypdfium2 import raw

UPRIGHT, CLOCKWISE = 0.0, round(pi / 2, 2)
"""Angles by which text is turned, in radians; vertical text reads like text turned clockwise."""

ADDED = frozenset(" \r\n")
"""What PDFium adds between the characters of the file, without width."""

_LINE_END_HYPHEN = re.compile("(?<=[^\\W\\d_])[\x02\ufffe](?=[\r\n ]|$)")

SAMPLED = 16
"""One in so many glyphs is asked for its angle, and the first of each word."""


class Glyph(NamedTuple):
    """`left` to `right` is the way the text runs and `low` to `high` is across it, upwards, both in points: after the
    page has been turned by `angle`, so that lines always run from left to right.

    `size` is from `low` to `high`. `after_space` says that PDFium takes the gap before it for a space.
    """

    text: str
    left: float
    low: float
    right: float
    high: float
    size: float
    angle: float = UPRIGHT
    after_space: bool = False


def glyphs(page: pypdfium2.PdfPage, limit: int) -> list[Glyph]:
    """In the order of the file, but for PDFium's sorting within a line. Raises OverflowError for more than `limit`."""
    owner = page.get_textpage()  # closed with this object
    textpage = owner.raw
    count = max(0, raw.FPDFText_CountChars(textpage))
    if count > limit:
        raise OverflowError
    texts = _characters(textpage, count)
    angles = _angles(textpage, texts)
    rotation = _upright_rotation(angles)
    if page.get_rotation() != rotation:  # PDFium sorts within lines as the page is shown
        page.set_rotation(rotation)
        owner = page.get_textpage()
        textpage = owner.raw
        count = max(0, raw.FPDFText_CountChars(textpage))
        texts = _characters(textpage, count)
        angles = _angles(textpage, texts)
    edges = _edges(textpage, count)
    found = []
    after_space = False
    for text, angle, left, high, right, low in zip(
        texts, angles, edges[::4], edges[1::4], edges[2::4], edges[3::4], strict=True
    ):
        if left == right and text in ADDED:
            after_space = True
            continue
        if angle > 0:
            left, low, right, high = turn((left, low, right, high), angle)
        found.append(Glyph(text, left, low, right, high, high - low, angle, after_space))
        after_space = False
    return found


def _characters(textpage: Any, count: int) -> list[str]:
    """One for each glyph. All are fetched at once where PDFium leaves none out and none takes two units of UTF-16."""
    buffer = (c_ushort * (count + 1))()
    if count and raw.FPDFText_GetText(textpage, 0, count, buffer) == count + 1 and 0 not in buffer[:count]:
        text = bytes(buffer)[:-2].decode("utf-16-le", "surrogatepass")
        if len(text) == count:
            return list(_with_hyphens(text))
    return list(_with_hyphens("".join(chr(raw.FPDFText_GetUnicode(textpage, place)) for place in range(count))))


def _with_hyphens(text: str) -> str:
    """PDFium's signs for hyphens at the ends of lines as such; a font without a mapping may have the same codes."""
    return _LINE_END_HYPHEN.sub("-", text).replace("\0", "\ufffd")


def _edges(textpage: Any, count: int) -> "array[float]":
    """Left, top, right and bottom of each glyph, one after the other."""
    box = raw.FS_RECTF()
    target, content = byref(box), memoryview(box).cast("B")
    box_of = raw.FPDFText_GetLooseCharBox
    collected = bytearray()
    for place in range(count):
        box_of(textpage, place, target)
        collected += content
    return array("f", bytes(collected))


def _angles(textpage: Any, texts: Sequence[str]) -> Sequence[float]:
    """Of each glyph; asked one by one only where some of a sample are turned, since most pages have none."""
    angle_of = raw.FPDFText_GetCharAngle
    starts = (place + 1 for place, text in enumerate(texts[:-1]) if text in ADDED)
    if not any(angle_of(textpage, place) > 0 for place in chain(range(0, len(texts), SAMPLED), starts)):
        return [UPRIGHT] * len(texts)
    return [max(UPRIGHT, round(angle_of(textpage, place), 2)) for place in range(len(texts))]


def _upright_rotation(angles: Sequence[float]) -> int:
    """By how many degrees the page has to be turned clockwise for most of its text to lie level."""
    quarters = Counter(round(angle / (pi / 2)) % 4 for angle in angles)
    return (4 - quarters.most_common(1)[0][0]) % 4 * 90 if quarters else 0


def turn(box: tuple[float, float, float, float], angle: float) -> tuple[float, float, float, float]:
    """(left, low, right, high) as they are once the page is turned so that text at `angle` lies level."""
    left, low, right, high = box
    x, y = (left + right) / 2, (low + high) / 2
    along, across = x * cos(angle) - y * sin(angle), x * sin(angle) + y * cos(angle)
    width, height = right - left, high - low
    quarters = angle / (pi / 2)
    if not isclose(quarters, round(quarters), abs_tol=0.05):  # askew: the box is as wide and high as its diagonals
        width = height = max(width, height) * 0.75
    elif round(quarters) % 2:
        width, height = height, width
    return along - width / 2, across - height / 2, along + width / 2, across + height / 2
