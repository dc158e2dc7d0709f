"""Running a process under watch: its group ends with the call, whatever happens."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import IO

import psutil

import tasks_app
from tasks_app.sandbox.resource_limits import ResourceLimits

PROJECT = Path(tasks_app.__file__).resolve().parent.parent
POLL_SECONDS = 0.25
"""Between two looks at whether the process is still wanted."""

PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")
"""Of this process's environment; the rest holds secrets that readers of unknown files shall not see."""

NOWHERE = subprocess.DEVNULL


class OutOfTime(TimeoutError):
    """`cpu_seconds`: for how long the process computed in that time."""

    def __init__(self, cpu_seconds: float) -> None:
        super().__init__()
        self.cpu_seconds = cpu_seconds


def run(
    command: Sequence[str],
    *,
    wall_seconds: float,
    check: Callable[[], None],
    output: IO[bytes],
    errors: IO[bytes] | int = NOWHERE,
    environment: Mapping[str, str] | None = None,
) -> int:
    """The exit status. `check` is called several times a second and may raise to give up.

    Raises OutOfTime after `wall_seconds`.
    """
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env={
            "PYTHONUTF8": "1",
            **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
            **(environment or {}),
        },
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=errors,
        process_group=0,
    )
    try:
        return _wait(process, monotonic() + wall_seconds, check)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def sandboxed(
    command: Sequence[str], allowed: ResourceLimits, *, readable: Sequence[Path], writable: Sequence[Path] = ()
) -> list[str]:
    """The command for a program that does not confine itself, and the files or folders that it may open."""
    request = {
        "allowed": asdict(allowed),
        "parent": os.getpid(),
        "readable": list(map(str, readable)),
        "writable": list(map(str, writable)),
    }
    return [sys.executable, "-m", "tasks_app.sandbox", json.dumps(request), *command]


def _wait(process: "subprocess.Popen[bytes]", deadline: float, check: Callable[[], None]) -> int:
    while True:
        try:
            return process.wait(POLL_SECONDS)
        except subprocess.TimeoutExpired:
            check()
            if monotonic() > deadline:
                raise OutOfTime(_cpu_seconds(process.pid)) from None


def _cpu_seconds(pid: int) -> float:
    """Of the process and those of its children that have ended."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)
