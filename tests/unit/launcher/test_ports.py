"""Where the console is."""

import socket
from collections.abc import Iterator

import pytest

from launcher.checkout.errors import LauncherError
from launcher.servers import ports


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind((ports.LOOPBACK, 0))
        server.listen()
        yield server.getsockname()[1]


def test_without_a_wish_the_first_free_port_is_taken() -> None:
    port = ports.web_port({})
    assert ports.is_free(port)
    assert ports.FIRST_WEB_PORT <= port < ports.FIRST_WEB_PORT + ports.WEB_PORTS_TRIED


def test_the_port_asked_for_is_taken_when_it_is_free() -> None:
    free = ports.any_free()
    assert ports.web_port({"PORT": str(free)}) == free


def test_the_port_asked_for_is_in_use(taken: int) -> None:
    with pytest.raises(LauncherError, match=f"Port {taken} is in use"):
        ports.web_port({"PORT": str(taken)})


@pytest.mark.parametrize("wish", ["http", "0", "65536", "-1", "8000.0"])
def test_what_is_not_a_port_is_refused(wish: str) -> None:
    with pytest.raises(LauncherError, match="number from 1 to 65535"):
        ports.web_port({"PORT": wish})
