"""The check of the catalogues."""

import shutil
import subprocess
from pathlib import Path

import pytest

from launcher.testing.catalogue import extract
from launcher.testing.translations import differences, problems_of

pytestmark = pytest.mark.skipif(shutil.which("msgfmt") is None, reason="gettext is not installed")
HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=1; plural=0;\\n"\n\n'
WHOLE = """
msgid "Job"
msgstr "ジョブ"

msgctxt "state"
msgid "Open"
msgstr "未対応"

msgid "A long "
"line"
msgstr "長い行"

msgid "%(count)s job"
msgid_plural "%(count)s jobs"
msgstr[0] "%(count)s件のジョブ"

msgid "%(name)s: %(value)s"
msgstr "%(name)s: %(value)s"
"""
MODULE = """
names = [_("Job"), pgettext("state", "Open"), _("A long " "line"), _("%(name)s: %(value)s")]
"""
TEMPLATE = """{% load i18n %}
{% blocktranslate count count=3 %}{{ count }} job{% plural %}{{ count }} jobs{% endblocktranslate %}
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "django.po"
    path.write_text(HEADER + WHOLE, encoding="utf-8")
    compile_messages(path)
    return path


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    root = tmp_path / "sources"
    for folder in ("app", "templates/app", "tests", ".venv"):
        (root / folder).mkdir(parents=True)
    (root / "app" / "names.py").write_text(MODULE)
    (root / "templates" / "app" / "list.html").write_text(TEMPLATE)
    for folder in ("tests", ".venv"):
        (root / folder / "sample.py").write_text('_("Read by nobody")\n')
    return root


def compile_messages(path: Path) -> None:
    subprocess.run(["msgfmt", "-o", str(path.with_suffix(".mo")), str(path)], check=True)


def test_a_whole_catalogue_passes(catalogue: Path, sources: Path) -> None:
    assert problems_of(catalogue) == []
    assert differences(catalogue, extract(sources)) == []


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ('msgid "State"\nmsgstr ""\n', "untranslated: 'State'"),
        ('msgid "a state"\nmsgid_plural "states"\nmsgstr[0] ""\n', "untranslated: 'a state'"),
        ('#, fuzzy\nmsgid "State"\nmsgstr "状態"\n', "fuzzy: 'State'"),
        ('#, fuzzy, python-format\nmsgid "%(count)s states"\nmsgstr "%(count)s件"\n', "fuzzy: '%(count)s states'"),
        ('msgid "State"\nmsgstr "状\\t態"\n', "a tab in the translation: 'State'"),
        ('msgid "State"\nmsgstr "状\t態"\n', "a tab in the translation: 'State'"),
        ('msgid "State"\nmsgstr "State（状態）"\n', "its own English: 'State'"),
        ('msgid "a state"\nmsgid_plural "states"\nmsgstr[0] "states 状態"\n', "its own English: 'a state'"),
    ],
)
def test_a_bad_translation_is_named_with_its_line(catalogue: Path, more: str, word: str) -> None:
    text = f"{HEADER}{WHOLE}\n{more}"
    catalogue.write_text(text, encoding="utf-8")
    compile_messages(catalogue)
    (problem,) = problems_of(catalogue)
    assert word in problem
    assert f":{text.count(chr(10), 0, text.index(more)) + 1}: " in problem


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ('#, python-format\nmsgid "%(count)s states"\nmsgstr "%(number)s件"\n', "count"),
        ('msgid "State"\nmsgstr "状態"\n', "compilemessages"),
    ],
)
def test_what_gettext_refuses_or_has_not_compiled_is_named(catalogue: Path, more: str, word: str) -> None:
    catalogue.write_text(f"{HEADER}{WHOLE}\n{more}", encoding="utf-8")
    (problem,) = problems_of(catalogue)
    assert word in problem


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ('_("A new text")', "'A new text'"),
        ('pgettext("door", "Open")', "'Open', context 'door'"),
        ('ngettext("%(count)s job", "%(count)s tasks", 2)', "plural '%(count)s tasks'"),
    ],
)
def test_a_message_that_the_catalogue_lacks_is_named(catalogue: Path, sources: Path, source: str, word: str) -> None:
    (sources / "app" / "more.py").write_text(f"{source}\n")
    if "plural" in word:
        (sources / "templates" / "app" / "list.html").unlink()
    problems = differences(catalogue, extract(sources))
    assert any("missing" in problem and word in problem for problem in problems)


def test_a_text_of_a_template_that_the_catalogue_lacks_is_named(catalogue: Path, sources: Path) -> None:
    (sources / "templates" / "app" / "page.html").write_text('{% load i18n %}{% translate "A new heading" %}')
    (problem,) = differences(catalogue, extract(sources))
    assert "missing" in problem
    assert "'A new heading'" in problem


def test_a_message_that_no_source_has_is_named(catalogue: Path, sources: Path) -> None:
    (sources / "app" / "names.py").write_text(MODULE.replace('pgettext("state", "Open")', '_("Open")'))
    missing, obsolete = differences(catalogue, extract(sources))
    assert "missing" in missing
    assert "obsolete" in obsolete
    assert "'Open', context 'state'" in obsolete


def test_extracting_leaves_the_sources_as_they_are(sources: Path) -> None:
    before = sorted(sources.rglob("*"))
    extract(sources)
    assert sorted(sources.rglob("*")) == before
