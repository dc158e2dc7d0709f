"""Locks that vanish with the process that holds them (flock), so a crash never leaves one behind."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class LockFile:
    """One open lock file. A child made by fork alone shares the lock: free when the last of them has gone."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def share(self) -> None:
        """Hold it together with others; waits for an exclusive holder."""
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def take(self) -> None:
        """Hold it alone; waits for everyone else."""
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def try_take(self) -> bool:
        """Hold it alone if nobody else holds it; says whether that worked."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def read(self) -> str:
        """What the holder wrote."""
        return os.pread(self._descriptor, 4096, 0).decode()

    def write(self, text: str) -> None:
        """Leave word for those who find it taken."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, text.encode(), 0)

    def close(self) -> None:
        """Let go of it."""
        os.close(self._descriptor)


@contextmanager
def mutex(path: Path) -> Iterator[None]:
    """One process at a time in here."""
    lock = LockFile(path)
    try:
        lock.take()
        yield
    finally:
        lock.close()
