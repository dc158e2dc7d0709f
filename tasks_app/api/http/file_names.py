"""Names of files in a form that are not in UTF-8, as programs on Japanese Windows send them (RFC 7578 §4.2)."""

import re
from typing import Any

PIECE = 64 * 1024
LONGEST_HEAD = 8 * 1024
"""Bytes that are looked at beyond what is read, so that no head of a part is cut in two. Django refuses longer ones."""

_HALF_WIDTH_KANA = re.compile("[\uff61-\uff9f]")
"""What EUC-JP looks like if it is read as CP932."""


class DecodedFileNames:
    """The bytes of a form, to be read once, with the head of each part in UTF-8. Files are left as they are."""

    def __init__(self, stream: Any, boundary: str) -> None:
        self._stream = stream
        self._head = re.compile(rb"--%s\r\n(?:[^\r\n]+\r\n)+\r\n" % re.escape(boundary.encode("latin-1")))
        self._ahead = b""
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        while not self._ended and (size < 0 or len(self._ahead) < size + LONGEST_HEAD):
            piece = self._stream.read(PIECE)
            self._ended = not piece
            self._ahead += piece
        self._ahead = self._head.sub(_in_utf8, self._ahead)
        end = len(self._ahead) if size < 0 else size
        taken, self._ahead = self._ahead[:end], self._ahead[end:]
        return taken


def _in_utf8(head: re.Match[bytes]) -> bytes:
    """A name is too short for what recognises encodings of texts: CP932, unless it looks like EUC-JP read wrongly."""
    if _read(head[0], "utf-8") is not None:
        return head[0]
    readings = [found for codec in ("cp932", "euc_jp") if (found := _read(head[0], codec)) is not None]
    plain = (reading for reading in readings if not _HALF_WIDTH_KANA.search(reading))
    return next(plain, readings[0] if readings else head[0].decode("utf-8", "replace")).encode()


def _read(text: bytes, codec: str) -> str | None:
    try:
        return text.decode(codec)
    except UnicodeDecodeError:
        return None
