"""The project's own Python environment: made once, renewed when a pinned list changes. Needs Python alone."""

import hashlib
import subprocess
import sys
from pathlib import Path

from launcher.checkout.errors import LauncherError
from launcher.checkout.home import PROJECT
from launcher.checkout.locks import mutex

UV = "uv==0.13.9"
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
UNFINISHED = VENV / "unfinished"
"""Is there while something is being installed: found later, it means that an installation was cut short."""


def install(name: str) -> None:
    """Make `.venv` hold what a list (requirements.txt, say) names. Quick when it already does."""
    requirements = PROJECT / name
    with mutex(PROJECT / "requirements.txt"):
        stamp = VENV / f"installed-{name}"
        wanted = _fingerprint(requirements)
        if _holds(stamp, wanted) and not UNFINISHED.exists():
            return
        if UNFINISHED.exists() or not PYTHON.exists():
            _create()
        UNFINISHED.touch()
        _fill(requirements)
        stamp.write_text(wanted)
        UNFINISHED.unlink()


def _fingerprint(requirements: Path) -> str:
    return f"{hashlib.sha256(requirements.read_bytes()).hexdigest()} {sys.version_info[:2]}"


def _holds(stamp: Path, wanted: str) -> bool:
    try:
        return stamp.read_text() == wanted
    except OSError:
        return False


def _create() -> None:
    _say("Making .venv …")
    _run([sys._base_executable, "-m", "venv", "--clear", str(VENV)])  # type: ignore[attr-defined]


def _fill(requirements: Path) -> None:
    """With uv, which is several times faster; with pip where uv cannot be had or cannot reach its index.

    The two read different configuration (index, certificates), so one may work where the other does not. All
    is compiled at once: otherwise each of the many programs of the first start compiles the same modules.
    """
    _say(f"Installing {requirements.name} …")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    try:
        _run([*pip, UV])
        uv = [str(PYTHON), "-m", "uv", "pip", "install", "--quiet", "--compile-bytecode"]
        _run([*uv, "--python", str(PYTHON), "-r", str(requirements)])
    except LauncherError as error:
        _say(f"uv failed, so pip is used instead (slower). Output of uv:\n{error}")
        _run([*pip, "-r", str(requirements)])


def _run(command: list[str]) -> None:
    """Raises LauncherError with what the program said."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise LauncherError(f"{' '.join(command)}\n{done.stdout.strip()}")


def _say(text: str) -> None:
    print(f"notebookops: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        install(sys.argv[1])
    except LauncherError as failure:
        sys.exit(f"notebookops: the Python environment cannot be created.\n{failure}")
    except KeyboardInterrupt:
        sys.exit(130)
