"""Which programs bin/up runs: what gives work first, what does it after."""

import sys
from collections.abc import Mapping, Sequence

from launcher.checkout import project
from launcher.processes.processes import Program
from launcher.servers import ports

WEB_PROCESSES = 2
WEB_THREADS = 4
WEB_STOP_SECONDS = 5
WATCHER = "jobs"


def tiers(port: int, queues: Mapping[str, int], watch: Sequence[str]) -> list[list[Program]]:
    """Ended in this order: nothing new comes in while workers finish. `queues` gives processes by queue."""
    return [
        [
            Program("beat", [*project.CELERY, "beat", "--pidfile=", "--loglevel=INFO"]),
            Program("web", _web(port)),
            Program(WATCHER, [*project.MANAGE, "watch_jobs", *watch], lasting=not watch),
        ],
        [Program(f"worker-{queue}", _worker(queue, processes)) for queue, processes in queues.items()],
    ]


def _web(port: int) -> list[str]:
    """No control socket: it would lie outside the home folder and is not needed."""
    return [
        *(sys.executable, "-m", "gunicorn", "notebookops.wsgi"),
        f"--bind={ports.LOOPBACK}:{port}",
        "--worker-class=gthread",
        f"--workers={WEB_PROCESSES}",
        f"--threads={WEB_THREADS}",
        f"--graceful-timeout={WEB_STOP_SECONDS}",
        "--preload",
        "--no-control-socket",
        "--log-level=warning",
    ]


def _worker(queue: str, processes: int) -> list[str]:
    return [
        *project.CELERY,
        "worker",
        f"--queues={queue}",
        f"--hostname={queue}@%h",
        f"--concurrency={processes}",
        "--loglevel=INFO",
        "--without-gossip",
        "--without-mingle",
    ]
