"""Making .venv, in a copy of the launcher that needs no package at all and finds no index."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from launcher.checkout.home import PROJECT

OFFLINE = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "UV_OFFLINE": "1"}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "a b 資料"
    shutil.copytree(PROJECT / "launcher", root / "launcher", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "requirements.txt").write_text("# nothing\n")
    return root


def _install(checkout: Path) -> str:
    """What it says; nothing when there is nothing to do."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "launcher.checkout.installation", "requirements.txt"],
        env={**rest, **OFFLINE, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.full
def test_pip_steps_in_for_uv_and_an_interruption_is_noticed(checkout: Path) -> None:
    said = _install(checkout)
    assert "Making .venv" in said
    assert "pip installs instead" in said
    assert _install(checkout) == ""

    (checkout / "requirements.txt").write_text("# nothing else\n")
    said = _install(checkout)
    assert "Making .venv" not in said
    assert "Installing requirements.txt" in said

    (checkout / ".venv" / "unfinished").touch()
    assert "Making .venv" in _install(checkout)
    assert not (checkout / ".venv" / "unfinished").exists()
