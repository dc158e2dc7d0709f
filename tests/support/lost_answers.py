"""A way to PostgreSQL on which an answer can get lost: the server does what it is asked, then the connection breaks."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Thread
from typing import Any

from django.db import connection

BLOCK = 65536


class LossyWay:
    """A relay on loopback. `lost` says whether the answer that is to get lost has."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.lost = False
        self._server = server
        self._text = b""
        self._left = 0
        self._lock = Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        Thread(target=self._accept, daemon=True).start()

    def lose(self, text: str, number: int = 1) -> None:
        """The answer to what contains `text`, the `number`th time (from 1) that it is sent."""
        self._text, self._left = text.encode(), number

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listening.accept()
            except OSError:
                return
            server = socket.create_connection(self._server)
            losing: list[bool] = []
            Thread(target=self._ask, args=(client, server, losing), daemon=True).start()
            Thread(target=self._answer, args=(client, server, losing), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket, losing: list[bool]) -> None:
        for block in _blocks(client):
            if self._is_meant(block):
                losing.append(True)
            server.sendall(block)
        _end(server)

    def _answer(self, client: socket.socket, server: socket.socket, losing: list[bool]) -> None:
        """The first word of an answer shows that the server has done what it was asked."""
        for block in _blocks(server):
            if losing:
                self.lost = True
                break
            client.sendall(block)
        _end(client)
        _end(server)

    def _is_meant(self, block: bytes) -> bool:
        with self._lock:
            if not self._left or self._text not in block:
                return False
            self._left -= 1
            return not self._left


@contextmanager
def lossy_way() -> Iterator[LossyWay]:
    """The way that connections of this process take from now on."""
    settings: Any = connection.settings_dict
    before = settings["HOST"], settings["PORT"]
    way = LossyWay((settings["HOST"], int(settings["PORT"])))
    connection.close()
    settings.update(HOST="127.0.0.1", PORT=way.port)
    try:
        yield way
    finally:
        connection.close()
        settings["HOST"], settings["PORT"] = before
        way.close()


def _blocks(end: socket.socket) -> Iterator[bytes]:
    """What arrives, until the connection is over."""
    try:
        while block := end.recv(BLOCK):
            yield block
    except OSError:
        return


def _end(connection_end: socket.socket) -> None:
    try:
        connection_end.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
    finally:
        connection_end.close()
