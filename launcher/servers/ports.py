"""Loopback ports: which one is free."""

import random
import socket
from collections.abc import Mapping

from launcher.checkout.errors import LauncherError

LOOPBACK = "127.0.0.1"
FIRST_WEB_PORT = 8000
"""Where the console is unless that port is taken."""

WEB_PORTS_TRIED = 100
LASTING_PORTS = range(20_000, 32_768)
"""Below those that Linux (from 32768) and macOS (from 49152) give to outgoing connections."""


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now. Connections that just ended do not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def any_free() -> int:
    """A free port that stays free while its server is restarted: none that the system gives to outgoing connections.

    Raises LauncherError where there is none.
    """
    candidates = random.sample(LASTING_PORTS, len(LASTING_PORTS))
    found = next((port for port in candidates if is_free(port)), None)
    if found is None:
        raise LauncherError(f"Every port from {LASTING_PORTS[0]} to {LASTING_PORTS[-1]} is in use.")
    return found


def web_port(environ: Mapping[str, str]) -> int:
    """PORT if it is set, else the first free one from 8000 on. Raises LauncherError where there is none."""
    wanted = environ.get("PORT")
    if not wanted:
        candidates = range(FIRST_WEB_PORT, FIRST_WEB_PORT + WEB_PORTS_TRIED)
        found = next((port for port in candidates if is_free(port)), None)
        if found is None:
            raise LauncherError(
                f"Every port from {candidates[0]} to {candidates[-1]} is in use. Set PORT to a free one."
            )
        return found
    if not wanted.isdecimal() or not 1 <= int(wanted) <= 65535:
        raise LauncherError(f"PORT must be a number from 1 to 65535, not {wanted!r}.")
    if not is_free(int(wanted)):
        raise LauncherError(
            f"Port {wanted} is in use or not permitted. Set PORT to another port, or unset it to use the next free one."
        )
    return int(wanted)
