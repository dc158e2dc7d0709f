"""Real worker and beat processes on the test's own database and Redis."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from django.db import connection

from tasks_app.models import WorkerHeartbeat
from tests.support import forked
from tests.support.waiting import once_reachable, wait_for


def environment(**changes: str) -> dict[str, str]:
    """This process's environment, pointed at the test's database."""
    settings = connection.settings_dict
    url = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format_map(settings)
    return {**os.environ, "DATABASE_URL": url, **changes}


class Process:
    """One program with all its children, in a session of its own."""

    def __init__(self, process: psutil.Process, log: Path) -> None:
        self._process = process
        self.log = log

    @classmethod
    def started(
        cls, command: list[str], log: Path, environ: Mapping[str, str], folder: Path | None = None
    ) -> "Process":
        """By its command, in `folder` (else where the tests run)."""
        with log.open("ab") as output:
            process = psutil.Popen(
                command, cwd=folder, env=dict(environ), stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        return cls(process, log)

    @property
    def children(self) -> list[psutil.Process]:
        found: list[psutil.Process] = self._process.children(recursive=True)
        return found

    def kill_group(self) -> None:
        """As when the machine is gone: main process and children, without a word."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def pause(self) -> None:
        """Stop the whole group from running."""
        os.killpg(self._process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.killpg(self._process.pid, signal.SIGCONT)

    def ask_to_stop(self) -> None:
        self._process.terminate()

    def send(self, number: signal.Signals) -> None:
        """To the main process alone."""
        self._process.send_signal(number)

    def send_to_group(self, number: signal.Signals) -> None:
        """To the main process and its children."""
        os.killpg(self._process.pid, number)

    def wait(self, seconds: float) -> int | None:
        """Exit code, unknown of what was forked. Raises psutil.TimeoutExpired if it does not end by itself."""
        code: int | None = self._process.wait(seconds)
        return code

    def stop(self) -> None:
        """End in order; killed if it does not end by itself."""
        if not self._process.is_running() or self._process.status() == psutil.STATUS_ZOMBIE:
            self._process.wait()
            return
        self.resume()
        self._process.terminate()
        try:
            self._process.wait(30)
        except psutil.TimeoutExpired:
            self.kill_group()
            raise

    def discard(self) -> None:
        """End at once, whatever state it is in, even before it has a session of its own."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with suppress(psutil.NoSuchProcess):
            self._process.kill()
        self._process.wait()


class Workers:
    """The processes of one test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: list[Process] = []

    def worker(self, name: str, queues: str = "content", concurrency: int = 1, **environ: str) -> Process:
        """A worker that is ready to take messages."""
        process = self._worker(name, queues, concurrency, **environ)
        wait_for(
            lambda: once_reachable(lambda: WorkerHeartbeat.objects.filter(worker=f"{name}@test").exists()),
            f"worker {name} to report",
        )
        return process

    def keeper(self) -> None:
        """Beat, and the worker that runs what it sends; they come up by themselves."""
        self.beat()
        self._worker("keeper", "maintenance", 1)

    def beat(self, **environ: str) -> Process:
        """Beat alone, which comes up by itself."""
        return self._start("beat", "beat", "-l", "INFO", "--pidfile", "", **environ)

    def discard(self) -> None:
        for process in self._running:
            process.discard()

    def _worker(self, name: str, queues: str, concurrency: int, **environ: str) -> Process:
        options = ["-Q", queues, "-n", f"{name}@test", "-c", str(concurrency), "-l", "INFO"]
        return self._start(name, "worker", *options, "--without-gossip", "--without-mingle", **environ)

    def _start(self, name: str, *arguments: str, **environ: str) -> Process:
        log = self._folder / f"{name}.log"
        number = forked.celery(["-A", "notebookops", *arguments], environment(**environ), log)
        process = Process(psutil.Process(number), log)
        self._running.append(process)
        return process


@contextmanager
def worker_processes(folder: Path) -> Iterator[Workers]:
    """Start what the test asks for; nothing of it outlives the test."""
    workers = Workers(folder)
    try:
        yield workers
    finally:
        workers.discard()
