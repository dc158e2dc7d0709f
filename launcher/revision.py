"""Which state of the project runs here."""

import subprocess
from contextlib import suppress

from launcher.home import PROJECT


def revision() -> str:
    """The commit, shortened; empty where this is no checkout or there is no git."""
    with suppress(OSError, subprocess.CalledProcessError):
        command = ["git", "-C", str(PROJECT), "rev-parse", "--short", "HEAD"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    return ""
