"""One management command, against the servers of bin/up; where they do not run, they are started for it."""

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from types import FrameType

from launcher.checkout import environment, interrupts, project, secrets
from launcher.checkout.home import Home
from launcher.servers import servers

HELP = frozenset({"help", "--help", "-h", "--version", "version"})


def run(home: Home, environ: Mapping[str, str], arguments: Sequence[str]) -> int:
    """The command's exit code. A database of ours that was never used is prepared first."""
    if not arguments or HELP & set(arguments):
        return _run(arguments, environment.complete(environ, home, secrets.load(home.secrets)))
    with servers.running(home, environ) as complete:
        if not environ.get("DATABASE_URL") and project.is_empty(complete["DATABASE_URL"]):
            print("notebookops: preparing the new database …", file=sys.stderr)
            project.prepare(complete)
        return _run(arguments, complete)


def _run(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Ctrl-C reaches the command itself, which belongs to the same terminal; other requests are passed on."""
    command = subprocess.Popen([*project.MANAGE, *arguments], env=dict(environ))

    def pass_on(number: int, frame: FrameType | None) -> None:
        if number != signal.SIGINT:
            command.send_signal(number)

    with interrupts.handled_by(pass_on):
        code = command.wait()
    return code if code >= 0 else 128 - code
