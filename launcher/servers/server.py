"""What the two embedded servers have in common: one program, one folder, one loopback port."""

import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path

from launcher.checkout.errors import LauncherError
from launcher.checkout.home import Home
from launcher.servers import background, ports

READY_SECONDS = 60.0
"""Time for recovery after a crash, too."""

STOP_SECONDS = 20.0
START_TRIES = 5
TRY_SECONDS = 0.5
"""A port may be taken between the look and the start; leftovers of a killed server need a moment to go."""


class EmbeddedServer(ABC):
    """The server of one home. Start, stop and kill may come from any process that can use the home."""

    name: str
    stop_signal: signal.Signals

    def __init__(self, home: Home, password: str, environ: Mapping[str, str]) -> None:
        self._home = home
        self._password = password
        self._environ = environ
        self._process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def program(self) -> Path:
        """What is run, and known again by its file name."""

    @property
    @abstractmethod
    def url(self) -> str:
        """Where clients find it, password included."""

    @property
    @abstractmethod
    def folder(self) -> Path:
        """Its data, named on the command line that it is recognised by."""

    @property
    @abstractmethod
    def pid_file(self) -> Path:
        """Its first line is the process id."""

    @abstractmethod
    def create(self) -> None:
        """Make the data folder if there is none yet."""

    @abstractmethod
    def launch(self) -> "subprocess.Popen[bytes]":
        """Start the program on `port`; no server of this home runs, whatever the pid file says."""

    @abstractmethod
    def accepts(self) -> bool:
        """Whether it lets us in with our password, which proves that it is ours, and is ready to work."""

    @property
    def pid(self) -> int | None:
        """Process id of the server of this home, None where none runs."""
        try:
            pid = int(self.pid_file.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if background.runs(pid, self.program.name, self.folder) else None

    @property
    def port(self) -> int:
        """The port of the last start, kept for the next. Raises LauncherError before the first."""
        port = self._last_port
        if port is None:
            raise LauncherError(f"{self.name} has never been started in {self._home.root}.")
        return port

    @property
    def log(self) -> Path:
        return self._home.logs / f"{self.name}.log"

    def start(self) -> None:
        """Make it run, unless it does already. Raises LauncherError with the end of its log if it cannot."""
        self.create()
        for _ in range(START_TRIES):
            if self.pid is None:
                self._choose_port()
                self._process = self.launch()
            background.wait_until(lambda: self.accepts() or self._gave_up(), READY_SECONDS)
            if not self._gave_up():
                break
            time.sleep(TRY_SECONDS)
        if not self.accepts():
            raise LauncherError(
                f"{self.name} does not start. The end of {self.log}:\n{background.last_lines(self.log)}"
            )

    def stop(self) -> None:
        """End it in order, everything on disk; anyone who is connected is disconnected."""
        self._end(self.stop_signal)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """End it in order and start it again under the same address."""
        self.stop()
        self.start()

    def _end(self, number: signal.Signals) -> None:
        pid = self.pid
        if pid is not None:
            background.stop(pid, number, STOP_SECONDS)
        if self._process is not None:
            self._process.wait()
            self._process = None

    def _gave_up(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def _choose_port(self) -> None:
        port = self._last_port
        if port is None or not ports.is_free(port):
            self._port_file.write_text(str(ports.any_free()))

    @property
    def _last_port(self) -> int | None:
        try:
            return int(self._port_file.read_text())
        except (OSError, ValueError):
            return None

    @property
    def _port_file(self) -> Path:
        return self._home.run / f"{self.name}.port"
