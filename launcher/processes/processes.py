"""Programs that run side by side until somebody ends them, each line with a name.

One that ends by itself is started again, as a service manager would do. Only one that has never run for a while, as
often as it was tried, ends all: then waiting does not help.

Starting, reading and printing is honcho's. Its Manager is not used, because of how it ends them: it signals
whole process groups, which would kill the processes of Celery's pools in the middle of their tasks, and after
five seconds it kills everyone.
"""

import os
import queue
import shlex
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import FrameType

from honcho.colour import get_colours
from honcho.printer import Message, Printer
from honcho.process import Process

from launcher.checkout import interrupts
from launcher.checkout.home import PROJECT

STEPS = ((signal.SIGTERM, 10.0), (signal.SIGQUIT, 12.0), (signal.SIGKILL, 5.0))
"""How a program is ended, and how long each step is given. To gunicorn and Celery, SIGTERM means: finish what
you do, SIGQUIT: drop it. A task dropped by Celery goes back to its queue."""

RESTARTS = 3
"""How often a program is started again that has never been steady. One that has been once is started again for ever."""

STEADY_SECONDS = 10.0
"""How long a program has to run to be steady."""

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds before a program is started again, by how often it has ended since it was steady."""

LOOK_SECONDS = 0.2
OWN_NAME = "notebookops"


@dataclass(frozen=True)
class Program:
    """`name` stands before each of its lines; SIGTERM to its main process ends it in order.

    `lasting`: it is not expected to end by itself. One that is ends all others when it does.
    """

    name: str
    command: Sequence[str]
    lasting: bool = True


@dataclass(frozen=True)
class ExitCause:
    """Why all of them ended: a signal (`number`), or the one that ended first, by itself (`name`, `code`)."""

    number: int | None = None
    name: str = ""
    code: int = 0


class Processes:
    """`tiers` are started together and ended one tier after the other."""

    def __init__(
        self,
        tiers: Sequence[Sequence[Program]],
        environ: Mapping[str, str],
        steps: Sequence[tuple[signal.Signals, float]] = STEPS,
        *,
        steady: float = STEADY_SECONDS,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._tiers = [[program.name for program in tier] for tier in tiers]
        self._events: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._pids: dict[str, int] = {}
        self._ended: set[str] = set()
        self._steps = steps
        self._taken: dict[str, int] = {}
        self._deadlines: dict[str, float] = {}
        self._ending: ExitCause | None = None
        self._steady_seconds = steady
        self._pauses = pauses
        self._started: dict[str, float] = {}
        self._steady: set[str] = set()
        self._failures: Counter[str] = Counter()
        self._due: dict[str, float] = {}
        self._printer: Printer | None = Printer(sys.stdout)
        self._programs = {program.name: program for tier in tiers for program in tier}
        self._colours = dict(zip(self._programs, get_colours(), strict=False))
        self._environ = dict(environ)
        self._printer.width = max(len(name) for name in (OWN_NAME, *self._programs))

    def say(self, text: str) -> None:
        """Print among the lines of the programs. May be called from any thread."""
        self._events.put(Message("line", text, datetime.now(), OWN_NAME, None))

    def run(self) -> ExitCause:
        """Start all, and return when none is left."""
        with interrupts.handled_by(self._ask):
            for name in self._programs:
                self._start(name)
            while len(self._ended) < len(self._programs):
                self._handle_next()
                if self._ending is None:
                    self._start_due()
                else:
                    self._ended.update(self._due)
                    self._due.clear()
                    self._end_tier()
            while not self._events.empty():
                self._handle_next()
        assert self._ending is not None, "the first to end says why"
        return self._ending

    def _start_due(self) -> None:
        for name in [name for name, due in self._due.items() if time.monotonic() >= due]:
            del self._due[name]
            self._start(name)

    def _start(self, name: str) -> None:
        self._started[name] = time.monotonic()
        process = Process(
            "exec " + shlex.join(self._programs[name].command),
            name=name,
            colour=self._colours[name],
            env=self._environ,
            cwd=str(PROJECT),
        )
        threading.Thread(target=process.run, args=(self._events,), daemon=True).start()

    def _ask(self, number: int, frame: FrameType | None) -> None:
        """A signal came. Only noted here: it may have come in the middle of printing a line."""
        if self._ending is None:
            self._ending = ExitCause(number=number)

    def _handle_next(self) -> None:
        try:
            message = self._events.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            return
        if message.type == "start":
            self._pids[message.name] = message.data["pid"]
        elif message.type == "stop":
            self._handle_stop(message.name, message.data["returncode"])
        else:
            self._print(message)

    def _handle_stop(self, name: str, code: int) -> None:
        if time.monotonic() - self._started[name] >= self._steady_seconds:
            self._steady.add(name)
            self._failures[name] = 0
        if self._ending is None and self._may_be_restarted(name):
            cause = f"was killed (signal {-code})" if code < 0 else f"exited (exit code {code})"
            self.say(f"{name} {cause} and is being restarted.")
            self._due[name] = time.monotonic() + self._pauses[min(self._failures[name], len(self._pauses) - 1)]
            self._failures[name] += 1
            return
        self._ended.add(name)
        if self._ending is None:
            self._ending = ExitCause(name=name, code=code)

    def _may_be_restarted(self, name: str) -> bool:
        return self._programs[name].lasting and (name in self._steady or self._failures[name] < RESTARTS)

    def _print(self, message: Message) -> None:
        """A reader that went away (a closed terminal or pipe) is a request to end."""
        if self._printer is None:
            return
        try:
            self._printer.write(message)
        except OSError:
            self._printer = None
            self._ask(signal.SIGHUP, None)

    def _end_tier(self) -> None:
        """Take the next step, where it is time, with each program of the first tier that still runs."""
        running = [[name for name in tier if name not in self._ended] for tier in self._tiers]
        for name in next((names for names in running if names), []):
            if name in self._pids and time.monotonic() >= self._deadlines.get(name, 0.0):
                self._take_step(name)

    def _take_step(self, name: str) -> None:
        """Only the last step reaches more than the main process: by then the rest are stragglers."""
        taken = self._taken.get(name, 0)
        number, seconds = self._steps[taken]
        send = os.killpg if number == signal.SIGKILL else os.kill
        with suppress(ProcessLookupError):
            send(self._pids[name], number)
        self._taken[name] = min(taken + 1, len(self._steps) - 1)
        self._deadlines[name] = time.monotonic() + seconds
