"""Connections to exactly the addresses that were checked, which end when time is up, however slowly bytes drip."""

import ssl
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import monotonic

import httpcore2

SLICE_SECONDS = 0.5
"""How often a connection that waits for the other side looks whether it is still wanted."""


@dataclass(frozen=True)
class Deadline:
    """`deadline` by `time.monotonic`; `check` may raise to give up."""

    deadline: float
    check: Callable[[], None]

    def left(self) -> float:
        """Seconds, more than 0. Raises httpcore2.ReadTimeout when there are none."""
        self.check()
        left = self.deadline - monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("time is up")
        return left


class PinnedBackend(httpcore2.NetworkBackend):
    """Resolves nothing: whatever host it is asked for, it connects to `addresses`, the first that answers."""

    def __init__(self, addresses: Sequence[str], clock: Deadline) -> None:
        self._addresses = addresses
        self._clock = clock
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        failure: httpcore2.NetworkError | httpcore2.TimeoutException | None = None
        for position, address in enumerate(self._addresses):
            share = self._clock.left() / (len(self._addresses) - position)
            try:
                stream = self._sockets.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return PinnedStream(stream, self._clock)
        raise failure or httpcore2.ConnectError("no address")


class PinnedStream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream, clock: Deadline) -> None:
        self._stream = stream
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        while True:
            slice_of_time = min(self._clock.left(), SLICE_SECONDS)
            try:
                return self._stream.read(max_bytes, slice_of_time)
            except httpcore2.ReadTimeout:
                continue

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._clock.left())

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return PinnedStream(self._stream.start_tls(ssl_context, server_hostname, self._clock.left()), self._clock)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
