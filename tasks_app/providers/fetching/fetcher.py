"""The one way out for addresses that people type: every hop is checked, nothing is read beyond what is allowed."""

import socket
import ssl
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address
from time import monotonic
from typing import IO

import httpcore2
import httpx2
from django.conf import settings

from tasks_app.errors import PermanentError
from tasks_app.providers.fetching import fetch_errors
from tasks_app.providers.fetching.content_type import CheckedContent, check_content
from tasks_app.providers.fetching.decompression import PACKED, Decompressor
from tasks_app.providers.fetching.pinned_transport import SLICE_SECONDS, Deadline, PinnedBackend
from tasks_app.providers.fetching.web_address import WebAddress, forbidden, is_public, web_address
from tasks_app.text.extraction.file_formats import HEAD_BYTES

Resolver = Callable[[str, int], Sequence[str]]
"""From host and port to addresses. Raises OSError, socket.gaierror in particular."""

MAX_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)


def resolve(host: str, port: int) -> list[str]:
    """By the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


@cache
def _public_certificates() -> ssl.SSLContext:
    return httpcore2.default_ssl_context()


@dataclass(frozen=True, kw_only=True)
class FetchedFile:
    """`url` is where redirects led; `size` in bytes, unpacked."""

    delivered: CheckedContent
    url: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Fetcher:
    """All three are others in tests only; `loopback_origin` is a server on this machine that may be asked then."""

    resolver: Resolver = resolve
    certificates: Callable[[], ssl.SSLContext] = field(default=_public_certificates)
    loopback_origin: str = ""

    def fetch(self, url: str, into: IO[bytes], check: Callable[[], None] = lambda: None) -> FetchedFile:
        """Write the file at `url` to `into`.

        `check` is called about twice a second and may raise to give up. Raises PermanentError for what cannot
        become better by itself, TransientError or Release for what can.
        """
        clock = Deadline(monotonic() + settings.FETCH_SECONDS, check)
        address = web_address(url, self.loopback_origin)
        for _hop in range(MAX_REDIRECTS + 1):
            with self._answer(address, clock) as response:
                headers = _headers(response)
                if response.status not in REDIRECTS:
                    fetch_errors.require_ok(response.status, headers, address.host)
                    size, head = _copied(response, headers, into, address.host)
                    path = address.url.raw_path.decode("ascii").partition("?")[0]
                    return FetchedFile(delivered=check_content(path, headers, head), url=str(address.url), size=size)
            address = self._next(address, headers.get("location", ""))
        raise fetch_errors.too_many_redirects(MAX_REDIRECTS)

    def _next(self, address: WebAddress, location: str) -> WebAddress:
        """Where a redirect leads, by the same rules. Raises PermanentError."""
        try:
            target = address.url.join(location) if location else None
        except httpx2.InvalidURL:
            target = None
        if target is None:
            raise fetch_errors.leads_nowhere(address.host)
        return web_address(str(target), self.loopback_origin)

    @contextmanager
    def _answer(self, address: WebAddress, clock: Deadline) -> Iterator[httpcore2.Response]:
        """From exactly one of the addresses that were checked, whatever the name resolves to a moment later."""
        backend = PinnedBackend(self._checked(address, clock), clock)
        asked = httpcore2.URL(scheme=address.scheme, host=address.host, port=address.port, target=address.url.raw_path)
        with (
            fetch_errors.translated(address.host),
            httpcore2.ConnectionPool(
                ssl_context=self.certificates(), network_backend=backend, max_connections=1
            ) as pool,
            pool.stream("GET", asked, headers=_asking(address)) as response,
        ):
            yield response

    def _checked(self, address: WebAddress, clock: Deadline) -> list[str]:
        """Raises PermanentError if even one address of the host is not public."""
        found = list(dict.fromkeys(self._resolved(address, clock)))
        if not found:
            raise fetch_errors.unknown_host(address.host)
        for text in found:
            parsed = ip_address(text.partition("%")[0])
            if not (parsed.is_loopback if address.may_be_loopback else is_public(parsed)):
                raise forbidden(address.host)
        return found

    def _resolved(self, address: WebAddress, clock: Deadline) -> Sequence[str]:
        """In a thread, for the system's resolver knows no time limit."""
        pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="resolver")
        answer = pool.submit(self.resolver, address.host, address.port)
        pool.shutdown(wait=False)
        with fetch_errors.translated(address.host):
            while not answer.done():
                wait((answer,), min(clock.left(), SLICE_SECONDS))
        try:
            return answer.result()
        except OSError as error:
            raise fetch_errors.unresolved(error, address.host) from None


def _asking(address: WebAddress) -> list[tuple[str, str]]:
    return [
        ("Host", address.url.netloc.decode("ascii")),
        ("User-Agent", "NotebookOps"),
        ("Accept", "*/*"),
        ("Accept-Encoding", "identity"),
        ("Connection", "close"),
    ]


def _headers(response: httpcore2.Response) -> dict[str, str]:
    """By name in lower case. Servers write names of files in whatever encoding they like."""
    return {name.decode("latin-1").lower(): _text(value) for name, value in response.headers}


def _text(value: bytes) -> str:
    for encoding in ("utf-8", "cp932"):
        try:
            return value.decode(encoding)
        except UnicodeDecodeError:
            continue
    return value.decode("latin-1")


def _copied(response: httpcore2.Response, headers: Mapping[str, str], into: IO[bytes], host: str) -> tuple[int, bytes]:
    """How many bytes there are, and the first of them. Raises PermanentError beyond UPLOAD_MAX_BYTES."""
    limit = settings.UPLOAD_MAX_BYTES
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise fetch_errors.too_large(limit)
    size, head = 0, b""
    for piece in _unpacked(response, headers.get("content-encoding", "").strip().lower(), host):
        size += len(piece)
        if size > limit:
            raise fetch_errors.too_large(limit)
        head += piece[: HEAD_BYTES - len(head)]
        into.write(piece)
    return size, head


def _unpacked(response: httpcore2.Response, encoding: str, host: str) -> Iterator[bytes]:
    if encoding in ("", "identity"):
        yield from response.iter_stream()
        return
    if encoding not in PACKED:
        raise PermanentError("fetched_packed", fetch_errors.PACKED_UNKNOWN, host=host)
    unpacking = Decompressor()
    try:
        for data in response.iter_stream():
            yield from unpacking.pieces(data)
    except zlib.error:
        raise fetch_errors.broken_off(host) from None
    if not unpacking.whole:
        raise fetch_errors.broken_off(host)
