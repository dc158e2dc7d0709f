"""ISO-2022-JP in all its forms, also with the characters that vendors added (CP50221)."""

import re

ESCAPES = re.compile(rb"\x1b(?:\$[@B]|\$\([DOPQ]|\([BJI])")
CODECS = ("iso2022_jp_ext", "iso2022_jp_2004")
"""The second knows JIS X 0213."""

_SEGMENT = re.compile(rb"(\x1b(?:\$[@B]|\$\([DOPQ]|\([BJI]))([^\x1b]*)", re.DOTALL)
_JIS_X_0208 = (b"\x1b$@", b"\x1b$B")


def decode_escaped(data: bytes) -> str:
    """The text; what no form explains becomes U+FFFD."""
    for codec in CODECS:
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    first = _SEGMENT.search(data)
    start = first.start() if first else len(data)
    return data[:start].decode("cp932", "replace") + "".join(
        _decoded(match[1], match[2]) for match in _SEGMENT.finditer(data)
    )


def _decoded(escape: bytes, content: bytes) -> str:
    if escape in _JIS_X_0208:
        return _two_bytes(content)
    if escape == b"\x1b(I":
        return bytes(byte | 0x80 for byte in content).decode("cp932", "replace")
    return (escape + content).decode("iso2022_jp_2004", "replace")


def _two_bytes(content: bytes) -> str:
    """JIS X 0208 with the vendors' rows, by way of the same places in Shift_JIS; line ends stand between."""
    text = []
    for line in re.split(rb"([\r\n]+)", content):
        if line[:1] in (b"\r", b"\n"):
            text.append(line.decode())
            continue
        text.append(b"".join(map(_shift_jis, line[::2], line[1::2])).decode("cp932", "replace"))
    return "".join(text)


def _shift_jis(high: int, low: int) -> bytes:
    """A place of JIS X 0208 as Shift_JIS encodes it."""
    lead = (high + 1) // 2 + (0x70 if high < 0x5F else 0xB0)
    if high % 2 == 0:
        return bytes((lead, min(low + 0x7E, 0xFF)))
    return bytes((lead, min(low + (0x1F if low < 0x60 else 0x20), 0xFF)))
