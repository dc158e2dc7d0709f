"""The command that reports a process's health."""

import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from launcher.checkout.home import PROJECT
from launcher.servers.ports import any_free


def health(*arguments: str, **environ: str) -> tuple[int, str]:
    """Exit code, and what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "tasks_app.health", *arguments],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""
    return done.returncode, done.stderr.strip()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "alive"


def touched(file: Path, seconds_ago: float) -> Path:
    file.touch()
    then = file.stat().st_mtime - seconds_ago
    os.utime(file, (then, then))
    return file


@pytest.mark.parametrize(("age", "stale", "code"), [(25, "", 0), (32, "", 1), (5, "3", 1), (40, "60", 0)])
def test_age_decides(file: Path, age: int, stale: str, code: int) -> None:
    touched(file, age)
    found, said = health(HEALTH_FILE=str(file), HEALTH_STALE_SECONDS=stale)
    assert found == code, said
    assert ("was last touched" in said) == bool(code)


def test_no_file_yet(file: Path) -> None:
    code, said = health(HEALTH_FILE=str(file))
    assert code == 1
    assert said == f"{file} was not touched yet (No such file or directory)"


def test_no_file_named() -> None:
    code, said = health()
    assert code == 1
    assert "HEALTH_FILE" in said


def test_nothing_slow_is_imported() -> None:
    check = "import sys, tasks_app.health; sys.exit(bool({'django', 'celery'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", check], cwd=PROJECT, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (302, 1)])
def test_the_answer_decides(status: int, code: int) -> None:
    class HealthHandler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(self.path.encode())

        def log_message(self, *args: object) -> None:
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), HealthHandler) as server:
        Thread(target=server.handle_request, daemon=True).start()
        found, said = health(f"http://127.0.0.1:{server.server_port}/readyz")
    assert found == code
    assert not code or f"answers {status}: /readyz" in said


def test_nobody_answers() -> None:
    code, said = health(f"http://127.0.0.1:{any_free()}/healthz")
    assert code == 1
    assert "does not answer" in said
