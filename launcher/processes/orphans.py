"""Programs of a bin/up that was killed: the next one finds them by a mark in their environment."""

import psutil

from launcher.checkout.home import Home

MARK = "NOTEBOOKOPS_STARTED_BY_UP"
MAX_WAIT_SECONDS = 10.0


def mark(home: Home) -> dict[str, str]:
    """What the programs of this home's bin/up are given in their environment."""
    return {MARK: str(home.root)}


def end(home: Home) -> None:
    """Kill all that carry this home's mark; their jobs continue when the leases run out."""
    found = [process for process in psutil.process_iter() if _carries_mark(process, home)]
    for process in found:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(found, timeout=MAX_WAIT_SECONDS)


def _carries_mark(process: psutil.Process, home: Home) -> bool:
    """False for processes of other users, whose environment is theirs."""
    try:
        return bool(process.environ().get(MARK) == str(home.root))
    except psutil.Error:
        return False
