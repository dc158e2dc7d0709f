"""How much room a text takes, by the same rules everywhere: lengths in points."""

import re
import unicodedata
from functools import cache, lru_cache
from math import ceil
from pathlib import Path

from PIL import ImageFont

FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/ipafont-gothic/ipagp.ttf",
    "/System/Library/Fonts/ヒラギノ角ゴシック W3.ttc",
    "C:/Windows/Fonts/YuGothM.ttc",
    "C:/Windows/Fonts/meiryo.ttc",
)
"""Where Japanese fonts usually are; the first that is there measures."""

SAMPLE_SIZE = 100
NARROW_EM = 0.62
"""Width of a letter where no font is at hand: wider than the average of sans-serif fonts, so that text fits."""

MARGIN = 1.03
"""Fonts on other machines differ; text is taken for this much wider than it was measured."""

_UNIT = re.compile(r"[!-~¡-ɏ]+|.", re.DOTALL)
_NO_START = set("、。，．・：；？！）」』】〕〉》’”ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々,.:;?!)]}%％")


def width(text: str, size: float) -> float:
    """Of one line without breaks, in a font of `size` points."""
    return sum(map(_em, text)) * size * MARGIN


def lines(text: str, size: float, room: float) -> int:
    """How many lines a paragraph takes in a box `room` points wide. Japanese breaks anywhere, words at spaces."""
    count, used = 1, 0.0
    for unit in _UNIT.findall(text):
        wide = width(unit, size)
        if used and used + wide > room and not unit.isspace():
            count += 1
            used = size * MARGIN if unit[0] in _NO_START else 0.0
        used += wide
        further = max(0, ceil(used / room) - 1)
        count += further
        used -= further * room
    return count


def cut(text: str, size: float, room: float, most_lines: int) -> str:
    """The text as far as it fits into so many lines, with an ellipsis where something is missing."""
    if lines(text, size, room) <= most_lines:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if lines(f"{text[:middle].rstrip()}…", size, room) <= most_lines:
            low = middle
        else:
            high = middle - 1
    return f"{text[:low].rstrip()}…"


@lru_cache(maxsize=20_000)
def _em(character: str) -> float:
    """Width in ems: East Asian characters take one, as they do in every font for Japanese."""
    if unicodedata.east_asian_width(character) in "WFA":
        return 1.0
    if unicodedata.combining(character):
        return 0.0
    font = _font()
    return font.getlength(character) / SAMPLE_SIZE if font else NARROW_EM


@cache
def _font() -> ImageFont.FreeTypeFont | None:
    found = next((path for path in FONTS if Path(path).is_file()), None)
    return ImageFont.truetype(found, SAMPLE_SIZE) if found else None
