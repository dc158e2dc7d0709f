"""The status API over HTTP, beside views that do as little as Django can: before a thousand jobs and before a million.

gunicorn serves with production settings but for TLS, which ends before it; one process, so that the one that asks has
a core of its own. Every request carries a read token and is counted in Redis.
"""

import cProfile
import os
import pstats
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from statistics import median
from typing import Any
from uuid import UUID

from django.db import connection
from django.test import Client

from benchmarks.console import copy_of, turn_to
from benchmarks.support.filling import fill
from benchmarks.support.report import Aim, Report
from benchmarks.support.scratch import scratch
from tasks_app.api.auth import read_tokens
from tasks_app.api.auth.read_tokens import Minter, MinterKind, TokenScope
from tasks_app.models import Job, ServiceToken
from tasks_app.models.engine.job import State

FEW = 1_000
CONNECTIONS = 4
SECONDS = 2.0
BATCH = 50
NOISE = 0.8
"""What is this much as fast or more, is as fast: between repeats the same view differs by as much on a busy machine."""

MAX_WAIT_SECONDS = 30.0
PROFILED = 500

CONSTANT, ONE_QUERY = "bare view, constant", "bare view, one query"
SINGLE, CONDITIONAL, MANY = "GET one job", "GET one job, unchanged", f"GET {BATCH} jobs"

Say = Callable[[str], object]


def run(*, jobs: int, repeats: int, say: Say) -> Report:
    """Requests per second, all kinds in turns on both databases; medians of them, and of the ratios within a turn."""
    rates: dict[tuple[str, str], list[float]] = {}
    with scratch() as environ, ExitStack() as stack:
        small = connection.settings_dict["NAME"]
        large = stack.enter_context(copy_of(small))
        requests = {}
        for name, number in ((small, FEW), (large, jobs)):
            turn_to(name)
            fill(number, say)
            url = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format_map(connection.settings_dict)
            port = stack.enter_context(_site({**environ, "DATABASE_URL": url}))
            requests[name] = _requests(port)
            share = _profile()
        for repeat in range(repeats):
            for what in requests[small]:
                for name in requests:
                    rate = _rate(*requests[name][what])
                    rates.setdefault((what, name), []).append(rate)
                    label = "few" if name == small else "many"
                    say(f"{repeat + 1}/{repeats} {what}, {label}: {rate:.0f} per second")
    rows: dict[str, dict[str, float]] = {}
    for what in requests[small]:
        few, many = rates[what, small], rates[what, large]
        pairs = [more / less for more, less in zip(many, few, strict=True)]
        rows[what] = {"per second, few": median(few), "per second, many": median(many), "many / few": median(pairs)}
        rows[what]["of one query"] = median(
            ours / bare
            for name in requests
            for ours, bare in zip(rates[what, name], rates[ONE_QUERY, name], strict=True)
        )
    return Report(bench="status", aims=_aims(rows, share), rows={**rows, "share of the time": share})


def _aims(rows: Mapping[str, Mapping[str, Any]], share: Mapping[str, float]) -> list[Aim]:
    spent = ", ".join(f"{name} {100 * part:.0f} %" for name, part in share.items())
    aims = [
        Aim(
            what=f"{what} / {ONE_QUERY}",
            aim=">= 0.4",
            value=rows[what]["of one query"],
            holds=rows[what]["of one query"] >= 0.4,
            why=f"spent on: {spent}",
        )
        for what in (SINGLE, CONDITIONAL)
    ]
    aims += [
        Aim(
            what=f"{what}, many jobs / few",
            aim=f">= {NOISE}",
            value=rows[what]["many / few"],
            holds=rows[what]["many / few"] >= NOISE,
        )
        for what in (SINGLE, CONDITIONAL, MANY)
    ]
    return aims


def _read_token(jobs: Sequence[UUID]) -> str:
    """As a backend of the product makes them."""
    backend, _made = ServiceToken.objects.get_or_create(name="bench status")
    minter = Minter(MinterKind.BACKEND, backend.pk)
    return read_tokens.mint(TokenScope(minter=minter, jobs=tuple(jobs)), 3600)


def _requests(port: int) -> dict[str, tuple[int, bytes, bytes]]:
    """(port, request, status line it must get) by what is asked."""
    jobs = list(Job.objects.filter(state=State.SUCCEEDED).order_by("-created_at").values_list("pk", flat=True)[:BATCH])
    token, wide = _read_token(jobs[:1]), _read_token(jobs)
    single, ids = f"/api/v1/jobs/{jobs[0]}", ",".join(map(str, jobs))
    etag = Client(SERVER_NAME="localhost").get(single, headers={"Authorization": f"Bearer {token}"})["ETag"]
    ok, unchanged = b"HTTP/1.1 200", b"HTTP/1.1 304"
    return {
        CONSTANT: (port, _request("/bare/constant"), ok),
        ONE_QUERY: (port, _request(f"/bare/{jobs[0]}"), ok),
        SINGLE: (port, _request(single, token), ok),
        CONDITIONAL: (port, _request(single, token, f"If-None-Match: {etag}\r\n"), unchanged),
        MANY: (port, _request(f"/api/v1/jobs?ids={ids}", wide), ok),
    }


def _request(path: str, token: str = "", more: str = "") -> bytes:
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Language: en\r\n{bearer}{more}\r\n".encode()


def _rate(port: int, request: bytes, expected: bytes) -> float:
    """Answers per second over CONNECTIONS that are kept open. Raises RuntimeError for any other answer."""
    until = time.perf_counter() + SECONDS
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        asked = [pool.submit(_ask, port, request, expected, until) for _ in range(CONNECTIONS)]
        return sum(one.result() for one in asked) / SECONDS


def _ask(port: int, request: bytes, expected: bytes, until: float) -> int:
    count = 0
    with socket.create_connection(("127.0.0.1", port), MAX_WAIT_SECONDS) as peer:
        reader = peer.makefile("rb")
        while time.perf_counter() < until:
            peer.sendall(request)
            status, length, closing = reader.readline(), 0, False
            if not status.startswith(expected):
                raise RuntimeError(f"answered {status!r}")
            while (line := reader.readline().lower()) != b"\r\n":
                if line.startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
                closing |= line.startswith(b"connection: close")
            reader.read(length)
            count += 1
            if closing:
                return count + _ask(port, request, expected, until)
    return count


@contextmanager
def _site(environ: Mapping[str, str]) -> Iterator[int]:
    """gunicorn on a free port while the block runs."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", "benchmarks.support.bare_site", f"--bind=127.0.0.1:{port}"]
    command += ["--worker-class=gthread", "--workers=1", f"--threads={CONNECTIONS}", "--log-level=error"]
    production = {
        "DEBUG": "false",
        "HTTPS": "false",
        "LOG_LEVEL": "ERROR",
        "ALLOWED_HOSTS": "localhost",
        "API_REQUESTS_PER_MINUTE": "1000000000",
    }
    process = subprocess.Popen([*command, "--no-control-socket"], env={**os.environ, **environ, **production})
    try:
        _wait(port)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait(port: int) -> None:
    deadline = time.monotonic() + MAX_WAIT_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("gunicorn did not start")


PLACES = {
    "PostgreSQL and the ORM": "/django/db/",
    "Redis": "/redis/",
    "middleware and the rest of Django": "/django/",
    "REST framework": "/rest_framework/",
    "our own code": "/tasks_app/",
}
"""Where time is spent, by the first that the path of a function's file holds."""


def _profile() -> dict[str, float]:
    """Shares of the processor's and waiting time of one job's GET, in this process, without the network."""
    job = Job.objects.order_by("-created_at")[:1].get()
    token = _read_token([job.pk])
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {token}"})
    address = f"/api/v1/jobs/{job.pk}"
    client.get(address)
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(PROFILED):
        client.get(address)
    profiler.disable()
    spent: dict[str, float] = {}
    for (file, _line, _name), (_calls, _all, own, _total, callers) in pstats.Stats(profiler).stats.items():  # type: ignore[attr-defined]
        for place, part in _places(file, own, callers):
            spent[place] = spent.get(place, 0.0) + part
    total = sum(spent.values())
    return {place: spent.get(place, 0.0) / total for place in (*PLACES, "Python itself, drivers and the test client")}


def _places(file: str, own: float, callers: Mapping[Any, Any]) -> Iterator[tuple[str, float]]:
    """Built-in functions count where they are called from."""
    if file != "~":
        yield _place(file), own
        return
    for (caller, _line, _name), (_calls, _all, part, _total) in callers.items():
        yield _place(caller), part


def _place(file: str) -> str:
    found = (place for place, part in PLACES.items() if part in file and "/django/test/" not in file)
    return next(found, "Python itself, drivers and the test client")
