"""Characters of symbol fonts as Unicode has them (the fonts' own tables; Unicode, UTR 25 and L2/11-052)."""

PRIVATE = 0xF000
"""Word keeps the codes of symbol fonts from here on, in the area that is for private use."""

BULLET = "•"
WINGDINGS = {
    0x6C: "●",
    0x6D: "❍",
    0x6E: "■",
    0x6F: "□",
    0x70: "□",
    0x71: "❑",
    0x72: "❒",
    0x75: "◆",
    0x76: "❖",
    0x77: "◆",
    0x78: "⌧",
    0x9E: "·",
    0x9F: "•",
    0xA0: "▪",
    0xA1: "○",
    0xA2: "○",
    0xA3: "○",
    0xA4: "◉",
    0xA5: "◎",
    0xA7: "▪",
    0xA8: "☐",
    0xAA: "✦",
    0xAB: "★",
    0xD8: "➢",
    0xDF: "←",
    0xE0: "→",
    0xE1: "↑",
    0xE2: "↓",
    0xE8: "➔",
    0xEF: "⇦",
    0xF0: "⇨",
    0xF1: "⇧",
    0xF2: "⇩",
    0xF3: "⇔",
    0xFB: "✗",
    0xFC: "✓",
    0xFD: "☒",
    0xFE: "☑",
    0x28: "☎",
    0x2A: "✉",
    0x46: "☞",
    0x4A: "☺",
    0x4C: "☹",
    0xFF: "⊞",
    0x22: "✂",
    **{0x81 + place: chr(0x2460 + place) for place in range(10)},
    **{0x8C + place: chr(0x2776 + place) for place in range(10)},
    0x80: "⓪",
    0x8B: "⓿",
}
WINGDINGS_2 = {
    0x4F: "✗",
    0x50: "✓",
    0x51: "☒",
    0x52: "☑",
    0x53: "☒",
    0x54: "☒",
    0x55: "⊗",
    0x56: "⊗",
    0x2A: "□",
    0xA3: "☐",
    0xA2: "■",
    0x97: "●",
    0x98: "●",
    0x99: "○",
    0x9A: "○",
    0xA1: "□",
    **{0x6A + place: chr(0x2460 + place) for place in range(10)},
}
WINGDINGS_3 = {0x75: "▲", 0x76: "▼", 0x7D: "▶", 0x7C: "◀", 0x70: "▲", 0x71: "▼", 0x22: "→", 0x21: "←"}
WEBDINGS = {0x61: "✔", 0x63: "□", 0x67: "■", 0x3D: "●", 0x6E: "●", 0x72: "✗", 0x34: "▶", 0x33: "◀"}
SYMBOL = {
    **dict(zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True)),
    **dict(zip(range(0x41, 0x5B), "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", strict=True)),
    0xA3: "≤",
    0xA5: "∞",
    0xAB: "↔",
    0xAC: "←",
    0xAD: "↑",
    0xAE: "→",
    0xAF: "↓",
    0xB0: "°",
    0xB1: "±",
    0xB3: "≥",
    0xB4: "×",
    0xB7: "•",
    0xB8: "÷",
    0xB9: "≠",
    0xBA: "≡",
    0xBB: "≈",
    0xBC: "…",
    0xC5: "⊕",
    0xC7: "∩",
    0xC8: "∪",
    0xCE: "∈",
    0xD6: "√",
    0xDE: "⇒",
    0xDB: "⇔",
    0xE5: "∑",
    0xF2: "∫",
    0x2D: "−",
    0xA2: "′",
    0xB2: "″",
    0xB6: "∂",
    0xC6: "∅",
    0xD1: "∇",
    0xE4: "™",
    0xD2: "®",
    0xD3: "©",
    0x5C: "∴",
}
TYPEWRITER = ("courier new", "courier")
"""In these Word's second kind of bullet is the letter o."""

FONTS = {
    "wingdings": WINGDINGS,
    "wingdings 2": WINGDINGS_2,
    "wingdings 3": WINGDINGS_3,
    "webdings": WEBDINGS,
    "symbol": SYMBOL,
}


def symbol(code: int, font: str) -> str:
    """The character that a symbol font draws for a code; a bullet where the font is known and the code is not.

    Codes of other fonts are characters themselves; one for private use says nothing and gives nothing.
    """
    low = code - PRIVATE if PRIVATE <= code < PRIVATE + 256 else code
    table = FONTS.get(font.lower().strip())
    if table is not None and low < 256:
        return table.get(low, chr(low) if table is SYMBOL and low < 0x80 else BULLET)
    if PRIVATE <= code < PRIVATE + 256:
        return chr(low) if low >= 0x20 else ""
    return "" if not 0x20 <= code < 0xD800 else chr(code)


def in_font(text: str, font: str) -> str:
    """Text set in a symbol font, as people see it. Characters that the font cannot have stay as they are."""
    if font.lower().strip() not in FONTS:
        return text
    return "".join(symbol(ord(one), font) if _is_code(one) else one for one in text)


def bullet(text: str, font: str) -> str:
    """What stands before an item of a list without numbers."""
    return "◦" if text == "o" and font.lower().strip() in TYPEWRITER else in_font(text, font)


def _is_code(character: str) -> bool:
    return 0x20 < ord(character) < 256 or PRIVATE <= ord(character) < PRIVATE + 256
