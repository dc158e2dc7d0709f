"""docs/howto/add-a-job-type.md, and a package of kinds in which a test does what it describes."""

import re
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as project_settings
from django.core.management import call_command
from django.urls import reverse
from pytest_django.fixtures import Settings

from tasks_app.registry import job_types

ROOT = Path(project_settings.BASE_DIR)
HOWTO = ROOT / "docs" / "howto" / "add-a-job-type.md"
PAGE = HOWTO.read_text("utf-8")
PACKAGE = "scratch.job_types"
DECLARATION, TEST = "tasks_app/job_types/proofread.py", "tests/engine/job_types/test_proofread.py"


def code(path: str) -> str:
    """The page's block for a file of this path."""
    (found,) = re.findall(rf"```python\n# {re.escape(path)}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Path]:
    """The folder of a package for kinds, importable and named in JOB_TYPE_PACKAGES; nothing of it is left behind."""
    folder = tmp_path.joinpath(*PACKAGE.split("."))
    folder.mkdir(parents=True)
    for made in (folder, folder.parent):
        (made / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    settings.JOB_TYPE_PACKAGES = [*settings.JOB_TYPE_PACKAGES, PACKAGE]
    known = set(job_types)
    reverse("api:jobs")  # the API's schema is made with the addresses: before a kind of this package is registered
    yield folder
    for kind in set(job_types) - known:
        del job_types[kind]
    for module in [name for name in sys.modules if name.partition(".")[0] == PACKAGE.partition(".")[0]]:
        del sys.modules[module]


def start_as_the_page_says(folder: Path) -> None:
    """Its command, with the package that stands for the project's own."""
    (words,) = re.findall(r"```sh\nbin/manage (.*)\n```", PAGE)
    call_command(*words.split(), package=PACKAGE, stdout=StringIO())
