"""bin/up: from nothing to a running console, and back to nothing."""

import argparse
import http
import http.client
import json
import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from launcher import report
from launcher.checkout import project
from launcher.checkout.errors import LauncherError
from launcher.checkout.home import Home
from launcher.checkout.locks import LockFile
from launcher.processes import orphans, process_plan
from launcher.processes.processes import ExitCause, Processes
from launcher.servers import ports, servers

ONCE_SECONDS = 900
"""How long bin/up --once waits for the samples' jobs."""

ANSWER_SECONDS = 60.0
LOOK_SECONDS = 0.1


def run(home: Home, environ: Mapping[str, str], arguments: Sequence[str]) -> int:
    """The exit code: 0 after an orderly end; with --once, only if every sample's job succeeded."""
    options = _options(arguments)
    with _only_one(home) as lock:
        orphans.end(home)
        port = ports.web_port(environ)
        lock.write(_address(port))
        with servers.running(home, environ) as complete:
            marked = {**complete, **orphans.mark(home), **_quiet(complete)}
            try:
                if not options.once:
                    return _until_ended(port, marked)
                outcome, code = _once(home, port, marked)
            finally:
                orphans.end(home)
    print(report.table(outcome["jobs"]))
    if options.json:
        print(json.dumps(outcome, ensure_ascii=False))
    return code


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/up", description="Start everything; Ctrl-C stops it. Everything listens on loopback only."
    )
    parser.add_argument("--once", action="store_true", help="process the bundled samples, print the results, and exit")
    parser.add_argument("--json", action="store_true", help="with --once: the results as JSON on the last line")
    options = parser.parse_args(arguments)
    if options.json and not options.once:
        parser.error("--json requires --once")
    return options


@contextmanager
def _only_one(home: Home) -> Iterator[LockFile]:
    """The lock of this home's only bin/up, its address to be written into it."""
    lock = LockFile(home.run / "up.lock")
    try:
        if not lock.try_take():
            raise LauncherError(f"bin/up already runs for {home.root}: {lock.read() or 'it is starting'}")
        lock.write("")
        yield lock
    finally:
        lock.close()


def _quiet(environ: Mapping[str, str]) -> dict[str, str]:
    """Celery's warning about root once, in our words, instead of once for every worker."""
    if os.geteuid() != 0 or environ.get("PYTHONWARNINGS"):
        return {}
    print("notebookops: running as root; documents are safer to read as an ordinary user.", file=sys.stderr)
    return {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}


def _address(port: int) -> str:
    return f"http://{ports.LOOPBACK}:{port}/"


def _until_ended(port: int, environ: Mapping[str, str]) -> int:
    """Samples are submitted to a database that was never used. The exit code is 0 after an orderly end."""
    prepared = project.prepare(environ, "--login", "--samples=first")
    processes = Processes(process_plan.tiers(port, prepared.queues, []), environ)
    announcement = [f"The console is at {_address(port)} (Ctrl-C stops it)"]
    if prepared.login:
        announcement.append("Sign in as {username} with password {password} (shown only now)".format(**prepared.login))
    _announce_later(processes, port, announcement)
    ending = processes.run()
    if ending.number is not None:
        return 0
    raise _unexpected(ending)


def _once(home: Home, port: int, environ: Mapping[str, str]) -> tuple[dict[str, Any], int]:
    """What came out of a fresh set of samples, and the exit code."""
    prepared = project.prepare(environ, "--samples=fresh")
    file = home.run / "report.json"
    file.unlink(missing_ok=True)
    watch = [f"--report={file}", f"--seconds={ONCE_SECONDS}", *prepared.jobs]
    processes = Processes(process_plan.tiers(port, prepared.queues, watch), environ)
    _announce_later(processes, port, [f"The console answers at {_address(port)}"])
    ending = processes.run()
    outcome = report.read(file)
    if ending.number is not None:
        return outcome, 128 + ending.number
    if ending.name != process_plan.WATCHER:
        print(f"notebookops: {_unexpected(ending)}", file=sys.stderr)
        return {**outcome, "ok": False}, 1
    return outcome, 0 if outcome["ok"] else 1


def _unexpected(ending: ExitCause) -> LauncherError:
    return LauncherError(
        f"{ending.name} exited unexpectedly (exit code {ending.code}), so everything was stopped. "
        "See its last lines above."
    )


def _announce_later(processes: Processes, port: int, lines: Sequence[str]) -> None:
    """Say it as soon as the console answers."""

    def wait_and_say() -> None:
        deadline = time.monotonic() + ANSWER_SECONDS
        while not _answers(port) and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
        for line in lines:
            processes.say(line)

    threading.Thread(target=wait_and_say, daemon=True).start()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(ports.LOOPBACK, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/admin/login/")
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
