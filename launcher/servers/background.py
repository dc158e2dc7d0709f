"""Server programs that outlive the process which started them: found by their folder, stopped by their id."""

import atexit
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypedDict

import psutil

from launcher.checkout.errors import LauncherError

POLL_SECONDS = 0.02
KILL_SECONDS = 10.0
LOG_LINES_SHOWN = 15

_started: list[subprocess.Popen[bytes]] = []
"""Kept because Python complains about a Popen that is dropped while its process runs, which is meant here."""


@atexit.register
def _leave_running() -> None:
    """The same complaint at exit."""
    for process in _started:
        process.returncode = process.returncode or 0


def start(
    command: Sequence[str], *, folder: Path, log: Path, environ: Mapping[str, str], user: int | None = None
) -> subprocess.Popen[bytes]:
    """Start a program in its folder, its output appended to `log`, in a session of its own (no Ctrl-C).

    `user` is the numeric id to run as (only root can change it).
    """
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            **identity(user),
        )
    _started.append(process)
    return process


class Identity(TypedDict, total=False):
    """Arguments of Popen."""

    user: int
    group: int
    extra_groups: Iterable[int]


def identity(user: int | None) -> Identity:
    """What makes a child run as this user id, without root's groups; nothing for None."""
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwuid(user).pw_gid, "extra_groups": []}


def runs(pid: int, program: str, folder: Path) -> bool:
    """Whether this process is that program, started for this folder.

    A number left in a file by a crash may belong to anything by now, so the number alone proves nothing. The
    command line can be read across users; the working directory cannot (in a container, not even by root).
    """
    try:
        name, *arguments = psutil.Process(pid).cmdline() or [""]
    except psutil.Error:
        return False
    return Path(name).name == program and any(str(folder) in argument for argument in arguments)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether the condition came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def stop(pid: int, request: signal.Signals, seconds: float) -> None:
    """Ask a process to end and wait; one that does not in time is killed."""
    try:
        process = psutil.Process(pid)
        process.send_signal(request)
        if wait_until(lambda: _has_ended(process), seconds):
            return
        process.kill()
    except psutil.NoSuchProcess:
        return
    if not wait_until(lambda: _has_ended(process), KILL_SECONDS):
        raise LauncherError(f"Process {pid} does not exit.")


def last_lines(log: Path) -> str:
    """The end of a log, for an error message."""
    try:
        lines = log.read_text(errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-LOG_LINES_SHOWN:])


def _has_ended(process: psutil.Process) -> bool:
    """Also true for one that only waits to be collected, which may be forever where no init does that."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
