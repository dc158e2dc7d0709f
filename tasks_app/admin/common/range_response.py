"""Part of a stored file on request, so that a player can jump within a long recording (RFC 9110 §14)."""

import re
from collections.abc import Iterator

from django.core.files.base import File
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

PIECE = 64 * 1024

_ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def response(request: HttpRequest, file: "File[bytes]", content_type: str) -> HttpResponseBase:
    """200 with all of it, 206 with the range that was asked for, 416 where there is no such range.

    Raises FileNotFoundError.
    """
    size = file.size
    wanted = _ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if wanted is None or "If-Range" in request.headers or wanted[0] == "bytes=-":
        return _stream(file, 0, size, content_type)
    first, last = wanted.groups()
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last) + 1, size) if first and last else size
    if start >= end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    answer = _stream(file, start, end, content_type, status=206)
    answer.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return answer


def _stream(file: "File[bytes]", start: int, end: int, content_type: str, status: int = 200) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(_pieces(file, start, end), content_type=content_type, status=status)
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Content-Length"] = str(end - start)
    answer.headers["Cache-Control"] = "private"
    return answer


def _pieces(file: "File[bytes]", start: int, end: int) -> Iterator[bytes]:
    with file.open("rb") as content:
        content.seek(start)
        while start < end and (piece := content.read(min(PIECE, end - start))):
            start += len(piece)
            yield piece
