"""What a file may cost, and the confinement of the process that reads it."""

import ctypes
import os
import resource
import signal
import sys
from dataclasses import dataclass

WALL_GRACE_SECONDS = 10
"""The parent enforces the wall clock; should it fail to, the child ends itself this much later."""

PR_SET_PDEATHSIG = 1
"""From linux/prctl.h: the signal a process gets when the thread that started it ends."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    memory_bytes: int
    cpu_seconds: int
    wall_seconds: int
    pages: int
    characters: int
    cells: int
    archive_entries: int
    archive_bytes: int
    archive_ratio: int

    @property
    def answer_bytes(self) -> int:
        """Most that the process may write: each character as up to six bytes of JSON, and its offsets."""
        return 8 * self.characters + 256 * self.pages + 1024**2


def confine(limits: Limits, parent: int) -> None:
    """Limit this process for good. It dies with the process `parent`, also when that is killed."""
    _limit(resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 5)
    _limit(resource.RLIMIT_FSIZE, limits.answer_bytes, limits.answer_bytes)
    _limit(resource.RLIMIT_CORE, 0, 0)
    signal.alarm(limits.wall_seconds + WALL_GRACE_SECONDS)
    if sys.platform == "linux":  # elsewhere neither is to be had
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        _limit(resource.RLIMIT_AS, limits.memory_bytes, limits.memory_bytes)
    if os.getppid() != parent:
        raise SystemExit(1)


def _limit(which: int, soft: int, hard: int) -> None:
    _, ceiling = resource.getrlimit(which)
    if ceiling != resource.RLIM_INFINITY:
        hard = min(hard, ceiling)
    resource.setrlimit(which, (min(soft, hard), hard))
