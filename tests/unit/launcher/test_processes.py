"""Programs side by side: how they end."""

import os
import signal
import sys
import textwrap
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest

from launcher.processes.processes import RESTARTS, STEPS, ExitCause, Processes, Program
from launcher.servers import background

MAX_WAIT_SECONDS = 20.0
QUICK_STEPS = ((signal.SIGTERM, 0.3), (signal.SIGQUIT, 0.3), (signal.SIGKILL, 5.0))


def _program(folder: Path, name: str, on_end: str, body: str = "") -> Program:
    """Says `<name> runs` in a file once it does; on SIGTERM executes `on_end`."""
    code = f"""
        import os, pathlib, select, signal, sys
        folder = pathlib.Path({str(folder)!r})
        def end(number, frame):
            {on_end}
        signal.signal(signal.SIGTERM, end)
        {body}
        print("hello from {name}", flush=True)
        (folder / "{name}.runs").write_text(str(os.getpid()))
        while True:
            signal.pause()
    """
    return Program(name, [sys.executable, "-c", textwrap.dedent(code)])


def _note(name: str) -> str:
    return f"""(folder / "order").open("a").write("{name} "); sys.exit(0)"""


def _run_until_asked(
    folder: Path,
    tiers: Sequence[Sequence[Program]],
    steps: Sequence[tuple[signal.Signals, float]] = STEPS,
    **timing: Any,
) -> ExitCause:
    """Run them, and send this process SIGTERM as soon as all of them run."""
    names = [program.name for tier in tiers for program in tier]

    def ask() -> None:
        if background.wait_until(lambda: all((folder / f"{name}.runs").exists() for name in names), MAX_WAIT_SECONDS):
            os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=ask)
    thread.start()
    ending = Processes(tiers, os.environ, steps, **timing).run()
    thread.join()
    return ending


def test_asked_to_end_the_tiers_end_one_after_the_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first one gives the second time to be asked too early, which would change the order."""
    asked = tmp_path / "second is asked"
    os.mkfifo(asked)
    hears = f"""heard = os.open({str(asked)!r}, os.O_RDWR)"""
    waits = f"""select.select([heard], [], [], 0.3); {_note("first")}"""
    tells = f"""{_note("second").removesuffix("sys.exit(0)")}os.write(heard, b"."); sys.exit(0)"""
    tiers = [
        [_program(tmp_path, "first", waits, hears)],
        [_program(tmp_path, "second", tells, hears)],
    ]
    assert _run_until_asked(tmp_path, tiers) == ExitCause(number=signal.SIGTERM)
    assert (tmp_path / "order").read_text() == "first second "
    printed = capsys.readouterr().out
    assert " first       | hello from first" in printed
    assert " second      | hello from second" in printed


def test_one_whose_end_is_awaited_ends_all_and_is_named(tmp_path: Path) -> None:
    waits = _program(tmp_path, "waits", _note("waits"))
    script = f'while [ ! -e "{tmp_path}/waits.runs" ]; do :; done; exit 3'
    ending = Processes([[waits, Program("done", ["sh", "-c", script], lasting=False)]], os.environ).run()
    assert ending == ExitCause(name="done", code=3)
    assert (tmp_path / "order").read_text() == "waits "


def test_one_that_does_not_end_is_killed_with_its_children(tmp_path: Path) -> None:
    fork = "child = os.fork()\n        signal.signal(signal.SIGQUIT, signal.SIG_IGN)\n"
    fork += '        (folder / f"stubborn.{os.getpid()}").touch()'
    _run_until_asked(tmp_path, [[_program(tmp_path, "stubborn", "pass", fork)]], QUICK_STEPS)
    pids = [int(path.suffix[1:]) for path in tmp_path.glob("stubborn.[0-9]*")]
    assert len(pids) == 2
    assert background.wait_until(lambda: not any(map(_lives, pids)), MAX_WAIT_SECONDS)


def test_only_main_processes_are_asked(tmp_path: Path) -> None:
    """A Celery pool's processes must not be interrupted: their main process ends them when they are done."""
    pool = """ready, is_ready = os.pipe()
        alive, lives = os.pipe()
        if os.fork() == 0:
            os.close(lives)
            def end(number, frame):
                (folder / "child was asked").touch()
            signal.signal(signal.SIGTERM, end)
            os.write(is_ready, b".")
            os.read(alive, 1)
            os._exit(0)
        os.close(alive)
        os.read(ready, 1)"""
    on_end = """(folder / "main ended").touch(); os.close(lives); os.wait(); os._exit(0)"""
    _run_until_asked(tmp_path, [[_program(tmp_path, "main", on_end, pool)]])
    assert (tmp_path / "main ended").exists()
    assert not (tmp_path / "child was asked").exists()


def _lives(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_one_that_is_killed_is_started_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    die_once = """first = not (folder / "died").exists()
        (folder / "died").touch()
        if first:
            os.kill(os.getpid(), signal.SIGKILL)"""
    assert _run_until_asked(tmp_path, [[_program(tmp_path, "phoenix", "sys.exit(0)", die_once)]]) == ExitCause(
        number=signal.SIGTERM
    )
    assert "phoenix was killed (signal 9) and is being restarted." in capsys.readouterr().out


def test_one_that_is_killed_over_and_over_ends_all(tmp_path: Path) -> None:
    die = "os.kill(os.getpid(), signal.SIGKILL)"
    ending = Processes([[_program(tmp_path, "doomed", "pass", die)]], os.environ, pauses=[0]).run()
    assert ending == ExitCause(name="doomed", code=-signal.SIGKILL)


def test_one_that_cannot_begin_ends_all(tmp_path: Path) -> None:
    waits = _program(tmp_path, "waits", _note("waits"))
    script = f'while [ ! -e "{tmp_path}/waits.runs" ]; do :; done; exit 3'
    ending = Processes([[waits, Program("breaks", ["sh", "-c", script])]], os.environ, pauses=[0]).run()
    assert ending == ExitCause(name="breaks", code=3)
    assert (tmp_path / "order").read_text() == "waits "


def test_one_that_has_been_steady_is_started_again_however_it_ends(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """More often than one that never was."""
    often = RESTARTS + 3
    stumble = f"""with (folder / "times").open("a") as times: times.write("x")
        if len((folder / "times").read_text()) <= {often}: sys.exit(1)"""
    tiers = [[_program(tmp_path, "worker", "sys.exit(0)", stumble)]]
    assert _run_until_asked(tmp_path, tiers, steady=0.0, pauses=[0]) == ExitCause(number=signal.SIGTERM)
    assert capsys.readouterr().out.count("worker exited (exit code 1) and is being restarted.") == often
