"""Which version of the project runs here."""

import subprocess
import tomllib
from contextlib import suppress

from launcher.checkout.home import PROJECT


def release() -> str:
    """The version in pyproject.toml and, in a git checkout, the commit: "0.2.0+c710e58" (PEP 440)."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    return "+".join(filter(None, [project["version"], _commit()]))


def _commit() -> str:
    """Shortened; empty outside a git checkout or without git."""
    with suppress(OSError, subprocess.CalledProcessError):
        command = ["git", "-C", str(PROJECT), "rev-parse", "--short", "HEAD"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    return ""
