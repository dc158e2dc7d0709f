"""Characters that PDF files name instead of the ones that were written.

A font draws some characters with one glyph; the program that wrote the file may have kept the rarer code.
"""

import unicodedata

KANGXI = range(0x2F00, 0x2FD6)
"""Radicals as signs of their own; Unicode's NFKC names the character each stands for."""

OTHERWISE = {
    **dict(zip("⺟⺠⻁⻄⻆⻑⻘⻝⻞⻣⻤⻨⻩⻫⻭⻯⻲", "母民虎西角長青食食骨鬼麦黄斉歯竜亀", strict=True)),
    "⼾": "戸",
}
"""Radicals for which NFKC has nothing, or not the Japanese form (Unicode's EquivalentUnifiedIdeograph)."""

UPRIGHT = dict(
    zip(
        "︐︑︒︓︔︕︖︗︘︙︰︱︲︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄﹇﹈",
        "，、。：；！？〖〗…‥—–（）｛｝〔〕【】《》〈〉「」『』［］",
        strict=True,
    )
)
"""Punctuation as turned for vertical lines, and as written."""

_WRITTEN = str.maketrans(
    {**{chr(code): unicodedata.normalize("NFKC", chr(code)) for code in KANGXI}, **OTHERWISE, **UPRIGHT}
)


def written(text: str) -> str:
    """`text` with each such character as it was written."""
    return text.translate(_WRITTEN)
