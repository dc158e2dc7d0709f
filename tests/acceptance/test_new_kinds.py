"""What startkind writes and what the how-to shows, in processes that know the new kind from their start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as project_settings
from pytest_django.fixtures import Settings

from launcher.testing import suite
from tests.settings import NAME_VARIABLE
from tests.support.howto import DECLARATION, ROOT, TEST, code, package, start_as_the_page_says

__all__ = ["package"]

SUBPROCESS_SECONDS = 170
NOT_SHARED = ("MEDIA_ROOT", "STATIC_ROOT", "SECRET_KEY", "PYTEST_XDIST_WORKER")
"""What each process that runs tests decides for itself. The servers are ours, with a database of its own."""

pytestmark = pytest.mark.timeout(2 * SUBPROCESS_SECONDS)
PYTEST = ("pytest", "-q", "-p", "no:time-limit")
"""Tests that are fast by themselves may take long beside others."""

CONFTEST = """
from tests.conftest import broker, django_db_setup, notebook

__all__ = ["broker", "django_db_setup", "notebook"]
"""


def run(folder: Path, *command: str) -> None:
    """In a process that knows the package from its start."""
    ours = {name: value for name, value in os.environ.items() if name not in NOT_SHARED}
    environ = {
        **ours,
        "PYTHONPATH": os.pathsep.join([str(folder.parents[1]), str(ROOT)]),
        "JOB_TYPE_PACKAGES": ",".join(project_settings.JOB_TYPE_PACKAGES),
        suite.HOMES_VARIABLE: str(folder.parents[1] / "homes"),
        suite.SERVERS_VARIABLE: "",
        NAME_VARIABLE: "inner",
    }
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=SUBPROCESS_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_what_is_written_and_what_the_page_shows_is_in_style(package: Path) -> None:
    start_as_the_page_says(package)
    config = f"--config={ROOT / 'pyproject.toml'}"
    for _round in range(2):
        run(package, "ruff", "check", "--no-cache", config, str(package))
        run(package, "ruff", "format", "--no-cache", "--check", config, str(package))
        (package / "proofread.py").write_text(code(DECLARATION), "utf-8")
        (package / "tests" / "test_proofread.py").write_text(code(TEST), "utf-8")


@pytest.mark.full
def test_what_is_written_has_the_right_types(package: Path) -> None:
    start_as_the_page_says(package)
    run(package, "mypy", str(package / "proofread.py"), str(package / "tests" / "test_proofread.py"))


def test_what_is_written_fulfils_the_contract(package: Path) -> None:
    start_as_the_page_says(package)
    run(package, *PYTEST, "tests/engine/test_contract.py", "-k", "proofread")


def test_so_does_the_example_of_the_page_and_its_test_passes(package: Path) -> None:
    start_as_the_page_says(package)
    tests = package / "tests"
    (tests / "conftest.py").write_text(CONFTEST, "utf-8")
    (package / "proofread.py").write_text(code(DECLARATION), "utf-8")
    (tests / "test_proofread.py").write_text(code(TEST), "utf-8")
    config = [f"--rootdir={ROOT}", "-c", str(ROOT / "pyproject.toml")]
    run(package, *PYTEST, *config, "tests/engine/test_contract.py", str(tests), "-k", "proofread")


def test_a_subject_of_its_own_gets_a_page_and_addresses(package: Path, settings: Settings) -> None:
    settings.JOB_TYPE_PACKAGES = [*settings.JOB_TYPE_PACKAGES, "tests.support.new_subject"]
    run(package, *PYTEST, "tests/support/new_subject/pages.py")
