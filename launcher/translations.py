"""Whether every catalogue is whole: all messages translated, none fuzzy, the compiled file up to date."""

import gettext
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

from launcher.home import PROJECT

SKIPPED = 77
"""Exit code of a check that could not be made here (Automake's convention)."""


def main() -> int:
    """0 if all are, SKIPPED if that cannot be told; what is wrong is printed."""
    if shutil.which("msgfmt") is None:
        print("gettext is not installed (Debian: apt-get install gettext).")
        return SKIPPED
    problems = [problem for path in sorted(PROJECT.glob("locale/**/LC_MESSAGES/*.po")) for problem in problems_of(path)]
    print("\n".join(problems))
    return 1 if problems else 0


def problems_of(catalogue: Path) -> list[str]:
    """What is wrong with this catalogue, a line each."""
    done = subprocess.run(
        ["msgfmt", "--check", "--statistics", "--output-file=-", str(catalogue)],
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        check=False,
    )
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode != 0 or "fuzzy" in said or "untranslated" in said:
        return [f"{catalogue}: {said}"]
    compiled = catalogue.with_suffix(".mo")
    if not compiled.exists() or _messages(compiled.read_bytes()) != _messages(done.stdout):
        return [f"{catalogue}: {compiled.name} is not what compiling it gives; run bin/manage compilemessages."]
    return []


def _messages(compiled: bytes) -> object:
    """The content, which unlike the bytes is the same whichever gettext compiled it."""
    return vars(gettext.GNUTranslations(io.BytesIO(compiled)))["_catalog"]


if __name__ == "__main__":
    sys.exit(main())
