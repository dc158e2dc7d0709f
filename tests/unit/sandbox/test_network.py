"""What works on a stranger's file cannot reach the network, not even this machine's."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from tempfile import TemporaryFile

import pytest

from tasks_app.sandbox.process import PROJECT, run, sandboxed
from tasks_app.sandbox.resource_limits import ResourceLimits

LIMITS = ResourceLimits(memory_bytes=0, cpu_seconds=10, wall_seconds=20, file_bytes=1024**2)
LEAVE = "from tasks_app.sandbox.resource_limits import leave_network; raise SystemExit(not leave_network())"
CONNECT = "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1])), 5); print('reached')"

allowed_here = pytest.mark.skipif(
    subprocess.run([sys.executable, "-c", LEAVE], cwd=PROJECT, check=False).returncode != 0,
    reason="this machine forbids namespaces of one's own",
)


@pytest.fixture
def listening() -> Iterator[int]:
    """The port of a server on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def said(command: list[str]) -> str:
    with TemporaryFile() as output:
        run(command, wall_seconds=20, check=lambda: None, output=output)
        output.seek(0)
        return output.read().decode().strip()


@allowed_here
def test_a_confined_program_reaches_nobody(listening: int) -> None:
    command = [sys.executable, "-c", CONNECT, str(listening)]
    assert said(command) == "reached", "without confinement"
    assert said(sandboxed(command, LIMITS, readable=[])) == ""
