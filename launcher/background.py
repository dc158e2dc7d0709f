"""Server programs that outlive the process which started them: found again by their folder, stopped by their id."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from launcher.errors import LauncherError

POLL_SECONDS = 0.02
LOG_LINES_SHOWN = 15


def start(
    command: Sequence[str], *, folder: Path, log: Path, environ: Mapping[str, str], user: int | None = None
) -> "subprocess.Popen[bytes]":
    """Start a program in its folder, in a session of its own (Ctrl-C does not reach it), its output appended to `log`.

    `user` is the numeric id to run as (only root can change it).
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            **identity(user),
        )


def identity(user: int | None) -> dict[str, int | list[int]]:
    """Arguments for Popen that make a child run as this user id, without root's groups."""
    if user is None:
        return {}
    import pwd

    return {"user": user, "group": pwd.getpwuid(user).pw_gid, "extra_groups": []}


def works_in(pid: int, folder: Path) -> bool:
    """Whether this process is alive and was started for this folder.

    A number left in a file by a crash may belong to anything by now, so the number alone proves nothing.
    """
    if not is_alive(pid):
        return False
    if Path("/proc/self/cwd").exists():
        try:
            return os.readlink(f"/proc/{pid}/cwd") == str(folder.resolve())
        except OSError:
            return False
    listing = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return str(folder) in listing.stdout


def is_alive(pid: int) -> bool:
    """Whether a process with this id runs; one that has ended and waits to be collected does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return not Path("/proc/self").exists()
    return status.rpartition(")")[2].split()[0] != "Z"


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether the condition came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def stop(pid: int, request: signal.Signals, seconds: float) -> None:
    """Ask a process to end and wait; one that does not is killed."""
    for number in (request, signal.SIGKILL):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        if wait_until(lambda: has_ended(pid), seconds):
            return
    raise LauncherError(f"Process {pid} does not end.")


def has_ended(pid: int) -> bool:
    """Whether the process is gone, collecting it if it was a child of ours."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return not is_alive(pid)


def last_lines(log: Path) -> str:
    """The end of a log, for an error message."""
    try:
        lines = log.read_text(errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-LOG_LINES_SHOWN:])
