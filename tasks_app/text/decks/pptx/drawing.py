"""The drawing process: LibreOffice makes a PDF of a deck, and each of its pages becomes a picture.

Its one argument is a JSON request; what it leaves behind are files 1.png, 2.png and so on in the folder it was given.
"""

import ctypes
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypdfium2

from tasks_app.sandbox.resource_limits import PR_SET_PDEATHSIG, ResourceLimits, confine, leave_network

RESTART = 81
"""LibreOffice ends with this once it has made a new profile, and wants to be started again."""

WIDTH = 960
"""Pixels of a picture."""

PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">\
<value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" \
oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" \
oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""
"""No macros, and nothing fetched that a file merely points to."""


def main(argument: str) -> None:
    request = json.loads(argument)
    confine(ResourceLimits(**request["allowance"]), request["parent"])
    leave_network()
    folder = Path(request["folder"])
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(PROFILE, "utf-8")
    _convert(request["program"], folder)
    _draw(folder)


def _convert(program: str, folder: Path) -> None:
    """Leaves deck.pdf. Raises SystemExit with what LibreOffice ended with."""
    command = (
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--nologo",
        "--norestore",
        "--nolockcheck",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        str(folder / "deck.pptx"),
    )
    environment = {"HOME": str(folder), "TMPDIR": str(folder), "PATH": "/usr/bin:/bin"}
    for _attempt in range(2):
        ended = subprocess.run(command, env=environment, check=False, preexec_fn=_die_with_parent)
        if ended.returncode != RESTART:
            break
    if ended.returncode or not (folder / "deck.pdf").is_file():
        raise SystemExit(ended.returncode or 1)


def _draw(folder: Path) -> None:
    pages: Any = pypdfium2.PdfDocument(folder / "deck.pdf")
    for number, page in enumerate(pages, start=1):
        picture = page.render(scale=WIDTH / page.get_width()).to_pil()
        picture.save(folder / f"{number}.png", optimize=True)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


if __name__ == "__main__":
    main(sys.argv[1])
