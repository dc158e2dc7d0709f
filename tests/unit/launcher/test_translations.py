"""The check of the catalogues."""

import shutil
import subprocess
from pathlib import Path

import pytest

from launcher.translations import problems_of

pytestmark = pytest.mark.skipif(shutil.which("msgfmt") is None, reason="gettext is not installed")
HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
WHOLE = 'msgid "Job"\nmsgstr "ジョブ"\n'


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "django.po"
    path.write_text(HEADER + WHOLE, encoding="utf-8")
    subprocess.run(["msgfmt", "-o", str(path.with_suffix(".mo")), str(path)], check=True)
    return path


def test_a_whole_catalogue_passes(catalogue: Path) -> None:
    assert problems_of(catalogue) == []


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ('msgid "State"\nmsgstr ""\n', "untranslated"),
        ('#, fuzzy\nmsgid "State"\nmsgstr "状態"\n', "fuzzy"),
        ('#, python-format\nmsgid "%(count)s jobs"\nmsgstr "%(number)s件"\n', "count"),
        ('msgid "State"\nmsgstr "状態"\n', "compilemessages"),
    ],
)
def test_what_is_missing_is_named(catalogue: Path, more: str, word: str) -> None:
    catalogue.write_text(f"{HEADER}{WHOLE}\n{more}", encoding="utf-8")
    (problem,) = problems_of(catalogue)
    assert word in problem
