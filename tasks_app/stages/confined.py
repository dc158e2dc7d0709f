"""A program in a process of its own, which hostile or broken material may bring down without harm."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import IO

import tasks_app
from tasks_app.stages.refusals import refusal

PROJECT = Path(tasks_app.__file__).resolve().parent.parent
POLL_SECONDS = 0.25
"""Between two looks at whether the job is still wanted."""

PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")
"""Of this process's environment; the rest holds secrets that the reader of unknown files shall not see."""


def run(module: str, request: str, output: IO[bytes], wall_seconds: float, check: Callable[[], None]) -> int:
    """The exit status of `python -m module request`. Whatever happens here, it does not outlive this call.

    `check` is called several times a second and may raise to give up. Raises PermanentError (took_too_long).
    """
    process = subprocess.Popen(
        (sys.executable, "-m", module, request),
        cwd=PROJECT,
        env={"PYTHONUTF8": "1", **{name: os.environ[name] for name in PASSED_ON if name in os.environ}},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.DEVNULL,  # parsers quote the document in their warnings
        process_group=0,
    )
    try:
        return _wait(process, monotonic() + wall_seconds, check)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", deadline: float, check: Callable[[], None]) -> int:
    while True:
        try:
            return process.wait(POLL_SECONDS)
        except subprocess.TimeoutExpired:
            check()
            if monotonic() > deadline:
                raise refusal("took_too_long") from None
