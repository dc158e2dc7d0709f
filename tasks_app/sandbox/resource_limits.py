"""The confinement of a process, set from within it and for good."""

import ctypes
import os
import resource
import signal
import sys
from dataclasses import dataclass

WALL_GRACE_SECONDS = 10
"""The parent enforces the wall clock; should it fail to, the child ends itself this much later."""

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
"""From linux/sched.h: namespaces of its own for users and for the network, the latter empty."""

PR_SET_PDEATHSIG = 1
"""From linux/prctl.h: the signal a process gets when the thread that started it ends."""


@dataclass(frozen=True, kw_only=True)
class ResourceLimits:
    """What a process may use; `file_bytes` is the largest file it may write.

    `memory_bytes` 0 sets no limit, for programs with a JavaScript engine: those reserve more than there is.
    """

    memory_bytes: int
    cpu_seconds: int
    wall_seconds: int
    file_bytes: int


def confine(allowed: ResourceLimits, parent: int) -> None:
    """Limit this process for good. It dies with the process `parent`, also when that is killed."""
    _limit(resource.RLIMIT_CPU, allowed.cpu_seconds, allowed.cpu_seconds + 5)
    _limit(resource.RLIMIT_FSIZE, allowed.file_bytes, allowed.file_bytes)
    _limit(resource.RLIMIT_CORE, 0, 0)
    signal.alarm(allowed.wall_seconds + WALL_GRACE_SECONDS)
    if sys.platform == "linux":  # elsewhere neither is to be had
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if allowed.memory_bytes:
            _limit(resource.RLIMIT_AS, allowed.memory_bytes, allowed.memory_bytes)
    if os.getppid() != parent:
        raise SystemExit(1)


def leave_network() -> bool:
    """Take the network from this process and all that it starts, for good; whether the machine allows it.

    Linux does so for anyone, unless its kernel or the container forbids namespaces of one's own.
    """
    if sys.platform != "linux":
        return False
    refused: int = ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWUSER | CLONE_NEWNET)
    return refused == 0


def _limit(which: int, soft: int, hard: int) -> None:
    _, ceiling = resource.getrlimit(which)
    if ceiling != resource.RLIM_INFINITY:
        hard = min(hard, ceiling)
    resource.setrlimit(which, (min(soft, hard), hard))
