"""Whether this worker is shutting down: one byte that its main process shares with the children it forks."""

import mmap

_flag = mmap.mmap(-1, 1)


def request() -> None:
    """Called in the main process: running stages stop at the next part, progress report or stage."""
    _flag[0] = 1


def requested() -> bool:
    return bool(_flag[0])
