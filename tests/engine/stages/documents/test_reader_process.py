"""The reading process: quick to start, confined, and gone whenever its parent or the job is."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from time import monotonic

import pytest

from launcher.testing.suite import HOMES_VARIABLE
from tasks_app.errors import PermanentError, TransientError
from tasks_app.sandbox.process import PROJECT
from tasks_app.stages.documents import reader_process
from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tests.unit.sandbox.test_network import allowed_here
from tests.unit.text.extraction.builders import LIMITS, pdf, stored
from tests.unit.text.extraction.hostile import office

AMPLE = replace(LIMITS, pages=100_000, characters=100_000_000)
MOST_LOOKS = 40


def nothing() -> None:
    """A job that continues."""


def code_of(path: Path, extension: str, limits: ExtractionLimits) -> str:
    with pytest.raises(PermanentError) as refusal:
        reader_process.read(path, extension, limits, nothing)
    assert refusal.value.message_id % refusal.value.details
    return refusal.value.code


def readers_of(path: Path) -> list[str]:
    """Process ids that have the path among their arguments."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (process / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if str(path).encode() in arguments and b"tasks_app.text.extraction" in arguments:
            found.append(process.name)
    return found


def confined(process: str) -> bool:
    """Whether the process has set its limits, memory being the last, and is still there."""
    try:
        return str(AMPLE.memory_bytes) in (Path("/proc") / process / "limits").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = monotonic() + seconds
    while monotonic() < deadline:
        if condition():
            return True
    return False


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """A file that takes many seconds to read."""
    return stored(tmp_path, pdf(*["調査の目的を示す。" * 200] * 1500))


def test_a_file_is_read(tmp_path: Path) -> None:
    path = stored(tmp_path, "議事録".encode("euc_jp"))
    extracted = reader_process.read(path, ".txt", LIMITS, nothing)
    assert (extracted.text, extracted.encoding) == ("議事録", "euc-jp")


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx"])
def test_office_files_are_read_within_little_memory(tmp_path: Path, kind: str) -> None:
    little = replace(LIMITS, memory_bytes=200 * 1024**2)
    extracted = reader_process.read(stored(tmp_path, office(kind)), f".{kind}", little, nothing)
    assert "本文" in extracted.text


def test_the_process_imports_neither_django_nor_settings() -> None:
    script = "import sys, tasks_app.text.extraction.__main__; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert "tasks_app.text.extraction.file_formats" in loaded
    assert not {"django", "pydantic", "pypdf", "docx", "notebookops"} & set(loaded)


def test_refusals_carry_their_code(tmp_path: Path) -> None:
    assert code_of(stored(tmp_path, b""), ".txt", LIMITS) == "empty_file"
    assert code_of(stored(tmp_path, b"x"), ".xyz", LIMITS) == "unknown_format"


def test_a_reader_that_fails_in_an_unforeseen_way_is_told_by_its_type_only(tmp_path: Path) -> None:
    path = tmp_path / "秘密"
    path.mkdir()
    with pytest.raises(PermanentError) as refusal:
        reader_process.read(path, ".docx", LIMITS, nothing)
    assert refusal.value.code == "unreadable"
    assert refusal.value.details == {"error": "IsADirectoryError"}


def test_too_long_on_the_wall_clock(slow: Path) -> None:
    """The machine was busy or stood still: tried again, other than after too much processor time."""
    with pytest.raises(TransientError) as raised:
        reader_process.read(slow, ".pdf", replace(AMPLE, wall_seconds=0), nothing)
    assert raised.value.code == "reader_starved"
    assert not readers_of(slow)


def test_too_much_processor_time(slow: Path) -> None:
    assert code_of(slow, ".pdf", replace(AMPLE, cpu_seconds=1)) == "took_too_long"


def test_too_much_memory(tmp_path: Path) -> None:
    path = stored(tmp_path, b"word " * 16_000_000)
    assert code_of(path, ".txt", replace(AMPLE, memory_bytes=120 * 1024**2)) == "too_much_memory"


def test_a_job_no_longer_wanted_takes_the_process_with_it(slow: Path) -> None:
    def stop() -> None:
        assert readers_of(slow)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reader_process.read(slow, ".pdf", AMPLE, stop)
    assert not readers_of(slow)


@pytest.mark.skipif(sys.platform != "linux", reason="death of the parent is reported only on Linux")
def test_a_killed_worker_leaves_no_process(slow: Path) -> None:
    script = (
        "import json, os, subprocess, sys\n"
        "request = json.loads(sys.argv[1]) | {'parent': os.getpid()}\n"
        "subprocess.run([sys.executable, '-m', 'tasks_app.text.extraction', json.dumps(request)])\n"
    )
    request = json.dumps({"path": str(slow), "extension": ".pdf", "limits": asdict(AMPLE)})
    worker = subprocess.Popen([sys.executable, "-c", script, request], cwd=PROJECT, stdout=subprocess.DEVNULL)
    assert until(lambda: any(map(confined, readers_of(slow))))
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert until(lambda: not readers_of(slow), seconds=1)


def test_the_process_sees_no_secrets(slow: Path) -> None:
    seen: list[bytes] = []

    def look() -> None:
        (process,) = readers_of(slow)
        seen.append((Path("/proc") / process / "environ").read_bytes())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reader_process.read(slow, ".pdf", AMPLE, look)
    given = Path(f"/proc/{os.getpid()}/environ").read_bytes()
    assert HOMES_VARIABLE.encode() in given, "what this process was given can be seen here"
    assert HOMES_VARIABLE.encode() not in seen[0]
    assert b"DATABASE_URL" not in seen[0]
    assert b"SECRET_KEY" not in seen[0]


@allowed_here
def test_the_process_has_no_network(slow: Path) -> None:
    ours = os.readlink("/proc/self/ns/net")
    seen: list[str] = []

    def look() -> None:
        (process,) = readers_of(slow)
        seen.append(os.readlink(f"/proc/{process}/ns/net"))
        if seen[-1] != ours or len(seen) == MOST_LOOKS:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reader_process.read(slow, ".pdf", AMPLE, look)
    assert seen[-1] != ours
