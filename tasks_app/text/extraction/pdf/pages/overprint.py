"""Characters that a file draws twice to make them look bold, or to give them a shadow.

PDFium leaves out most of them by itself: those that follow their character at once.
"""

from collections.abc import Sequence

from tasks_app.text.extraction.pdf.pages.page_glyphs import Glyph

MAX_SHIFT = 0.2
"""By how much of its size a copy lies beside its character. Word and browsers shift by up to a twentieth, shadows by up
to a seventh."""

LOOKED_BACK = 3
"""A shadow may be drawn after the character it belongs to, or after two or three."""

LIGATURES = frozenset("fijlst")
"""Letters that PDFium takes apart from one glyph: they share its box."""


def once(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Each glyph without its copies."""
    kept: list[Glyph] = []
    for glyph in glyphs:
        if not any(
            glyph.text == other.text and is_copy(glyph, other) and not _is_ligature(glyph, other)
            for other in kept[-LOOKED_BACK:]
        ):
            kept.append(glyph)
    return kept


def is_copy(one: Glyph, other: Glyph) -> bool:
    """Whether two equal glyphs lie on each other."""
    shift = min(one.size * MAX_SHIFT, (one.right - one.left) / 2)
    return abs(one.left - other.left) <= shift and abs(one.low - other.low) <= shift


def _is_ligature(one: Glyph, other: Glyph) -> bool:
    return one.text in LIGATURES and one[1:5] == other[1:5]
