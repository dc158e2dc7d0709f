"""bin/up and bin/manage as a person meets them: whole processes, from outside."""

import json
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import psutil
import pytest

from launcher.checkout.home import Home
from launcher.processes import orphans
from launcher.servers import background, ports, servers

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]
LAUNCHER = [sys.executable, "-m", "launcher"]
SECONDS = 150.0
"""For one step; only a broken test waits this long."""
READY = "The console is at "


@pytest.fixture(scope="module")
def given(home: Home, environ: Mapping[str, str]) -> dict[str, str]:
    """A port of its own: other tests may start a console at the same time."""
    return {**environ, "NOTEBOOKOPS_HOME": str(home.root), "PORT": str(ports.any_free())}


@contextmanager
def _up(given: Mapping[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """bin/up once its console answers; its output goes to the log."""
    with log.open("wb") as output:
        process = subprocess.Popen([*LAUNCHER, "up"], env=dict(given), stdout=output, stderr=subprocess.STDOUT)
    try:
        background.wait_until(lambda: READY in log.read_text() or process.poll() is not None, SECONDS)
        assert READY in log.read_text(), log.read_text()
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(SECONDS)


def _address(log: Path) -> str:
    found = re.search(rf"{READY}(\S+)", log.read_text())
    assert found is not None
    return found[1]


def _programs(home: Home) -> list[psutil.Process]:
    """What bin/up of this home started and still runs."""
    found = []
    for process in psutil.process_iter():
        try:
            marked = process.environ().get(orphans.MARK) == str(home.root)
        except psutil.Error:
            continue
        if marked and process.status() != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def _servers_run(home: Home, given: Mapping[str, str]) -> list[bool]:
    return [server.pid is not None for server in servers.embedded(home, given).values()]


def test_up_runs_refuses_a_second_survives_a_kill_and_ends_in_order(
    home: Home, given: dict[str, str], tmp_path: Path
) -> None:
    """One story, because each start takes seconds."""
    with _up(given, tmp_path / "first.log") as first:
        address = _address(tmp_path / "first.log")
        with urllib.request.urlopen(f"{address}admin/login/") as answer:
            assert answer.status == HTTPStatus.OK
        password = re.search(r"with password (\S+) ", (tmp_path / "first.log").read_text())
        assert password is not None
        assert _programs(home)
        assert {
            connection.laddr.ip
            for process in _programs(home)
            for connection in process.net_connections("inet")
            if connection.status == psutil.CONN_LISTEN
        } == {"127.0.0.1"}

        second = subprocess.run([*LAUNCHER, "up"], env=given, capture_output=True, text=True, check=False)
        assert second.returncode == 1
        assert address in second.stderr

        manage = [
            *LAUNCHER,
            "manage",
            "shell",
            "-c",
            "from tasks_app.models import Job; print(Job.objects.count())",
        ]
        command = subprocess.run(manage, env=given, capture_output=True, text=True, check=False)
        assert command.returncode == 0, command.stderr
        assert first.poll() is None
        assert _servers_run(home, given) == [True, True]

        first.kill()
        first.wait(SECONDS)
        left = {process.pid for process in _programs(home)}
        assert left

    with _up(given, tmp_path / "next.log") as following:
        assert left.isdisjoint(process.pid for process in _programs(home))
        assert _address(tmp_path / "next.log") == address
        assert "with password" not in (tmp_path / "next.log").read_text()
        following.send_signal(signal.SIGINT)
        assert following.wait(SECONDS) == 0
    assert _programs(home) == []
    assert _servers_run(home, given) == [False, False]
    for file in home.root.rglob("*.log"):
        assert password[1] not in file.read_text(errors="replace")


def test_once_processes_the_samples_reports_and_leaves_nothing(home: Home, given: dict[str, str]) -> None:
    done = subprocess.run([*LAUNCHER, "up", "--once", "--json"], env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    outcome = json.loads(done.stdout.splitlines()[-1])
    assert outcome["ok"] is True
    assert outcome["jobs"]
    for job in outcome["jobs"]:
        assert job["state"] == "succeeded"
        assert job["seconds"] > 0
        assert job["attempts"] >= 1
        assert job["outputs"]
        assert f"{job['title']}  succeeded" in done.stdout
    assert _programs(home) == []
    assert _servers_run(home, given) == [False, False]


def test_manage_starts_servers_for_its_own_time_and_hands_on_the_exit_code(home: Home, given: dict[str, str]) -> None:
    done = subprocess.run(
        [*LAUNCHER, "manage", "no_such_command"], env=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "no_such_command" in done.stderr
    assert _servers_run(home, given) == [False, False]
