"""Undoing a Content-Encoding piece by piece, so that a small answer cannot grow large unseen."""

import zlib
from collections.abc import Iterator

PIECE = 64 * 1024
"""Bytes unpacked at a time."""

GZIP_OR_ZLIB = 47
"""zlib's window bits for: the largest window, gzip or zlib recognised by its header (zlib manual, inflateInit2)."""

PACKED = ("gzip", "x-gzip", "deflate")


class Decompressor:
    """For one of PACKED. `pieces` raises zlib.error on data that is none."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(GZIP_OR_ZLIB)

    def pieces(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._stream.eof:  # gzip may hold several streams one after the other
                self._stream = zlib.decompressobj(GZIP_OR_ZLIB)
            yield self._stream.decompress(data, PIECE)
            data = self._stream.unconsumed_tail or self._stream.unused_data

    @property
    def whole(self) -> bool:
        return self._stream.eof
