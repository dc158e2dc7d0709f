"""Readings in small letters above words (right of them in vertical text): set apart, so that the words stay whole."""

import re
from collections.abc import Iterator, Sequence

from tasks_app.text.extraction.pdf.pages.page_glyphs import Glyph

MAX_SIZE = 0.7
"""Of the size of the word below; printers use a half."""

_KANA = re.compile("[ぁ-ゖァ-ヺー・]+")
_BASE = re.compile("[々〆ヶヵ\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")


def set_apart(glyphs: Sequence[Glyph]) -> tuple[list[Glyph], list[tuple[str, str]]]:
    """The other glyphs in their order, and each (word, reading)."""
    largest = max((glyph.size for glyph in glyphs if _BASE.match(glyph.text)), default=0.0)
    small = [glyph for glyph in glyphs if glyph.size <= MAX_SIZE * largest]
    if not any(_KANA.match(glyph.text) for glyph in small):
        return list(glyphs), []
    bases: dict[tuple[float, int], list[Glyph]] = {}
    for glyph in glyphs:
        if _BASE.match(glyph.text):
            bases.setdefault((glyph.angle, int(glyph.high // 4)), []).append(glyph)
    readings: list[tuple[str, str]] = []
    taken: set[Glyph] = set()
    for run in _runs(small):
        word = _word(run, bases) if _KANA.fullmatch("".join(glyph.text for glyph in run)) else []
        if word:
            taken.update(run)
            readings.append(("".join(glyph.text for glyph in word), "".join(glyph.text for glyph in run)))
    return [glyph for glyph in glyphs if glyph not in taken], readings


def _runs(small: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Glyphs of one size that follow each other on one line, wherever the file draws them."""
    run: list[Glyph] = []
    for glyph in sorted(small, key=lambda one: (one.angle, -round(one.low), one.left)):
        if run and not _continues(run[-1], glyph):
            yield run
            run = []
        run.append(glyph)
    if run:
        yield run


def _continues(before: Glyph, glyph: Glyph) -> bool:
    size = before.size
    return (
        before.angle == glyph.angle
        and abs(size - glyph.size) < 0.25 * size
        and abs(before.low - glyph.low) < 0.3 * size
        and 0.3 * size < glyph.left - before.left < 2 * size
    )


def _word(run: Sequence[Glyph], bases: dict[tuple[float, int], list[Glyph]]) -> list[Glyph]:
    """The larger characters right below the run, from left to right; none where not all of it lies above some."""
    size = run[0].size
    left, right = run[0].left, run[-1].left + size
    low = run[0].low
    row = int(low // 4)
    reach = int(size // 4) + 1
    below = [
        base
        for near in range(row - reach, row + reach + 1)
        for base in bases.get((run[0].angle, near), ())
        if size <= MAX_SIZE * base.size
        and abs(low - base.high) < 0.8 * size
        and min(right, base.right) - max(left, base.left) > 0.4 * min(base.size, right - left)
    ]
    below.sort(key=lambda base: base.left)
    covered = below and below[0].left - size <= left and right <= below[-1].right + size
    return below if covered else []
