"""The check of spelling and banned words."""

from pathlib import Path

import pytest

from launcher.checkout.home import PROJECT
from launcher.testing import spelling


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("page.md", "# Page\n\nRead it anew.\n", 3),
        ("page.md", "The text goes\non after that.\n", 1),
        ("code.py", "x = 1\n# It is made\n# Anew.\n", 3),
        ("code.py", 'def f() -> None:\n    """First.\n\n    It stands\n    in a line.\n    """\n', 4),
        ("code.py", 'x = _("For want " "of memory")\n', 1),
        ("page.html", "{{ name }}\n<p>Whoever reads</p>\n", 2),
        ("django.po", 'msgid "State"\nmsgstr "ドレイン"\n\n', 2),
        ("django.po", '#: a.py:1\nmsgid ""\n"Sent to "\n"work"\nmsgstr "処理中"\n\n', 3),
    ],
)
def test_a_banned_word_is_named_with_its_line(tmp_path: Path, name: str, text: str, line: int) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    (problem, *rest) = spelling.banned_in(path)
    assert problem.startswith(f"{line}: ")
    assert ": write " in problem
    assert all(": write " in other for other in rest)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("page.md", "Call `told(anew)`, see [the page](anew.md).\n\n```sh\nwhoever\n```\n"),
        ("code.py", "told = anew\n"),
        ("code.py", 'x = {\'do\': "go on", **f"{told}"}  # `told`\n'),
        ("page.html", "{{ check.told }}\n"),
        ("django.po", '#: told.py:1\nmsgid "State"\nmsgstr "told"\n\n'),
        ("page.md", "ドレイン\n"),
        ("page.md", "It is renewed; the wants offset the rest.\n"),
    ],
)
def test_code_and_other_words_pass(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert list(spelling.banned_in(path)) == []


def test_a_misspelling_is_named_and_a_word_of_the_project_is_not(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("Fine.\nThis is recieved from speaches.\n", encoding="utf-8")
    (problem,) = spelling.misspelled([str(path)])
    assert problem.startswith(f"{path}:2: recieved ==> received")


def test_prose_of_every_kind_is_looked_at() -> None:
    names = spelling.tracked()
    expected = {
        "README.md",
        "launcher/testing/spelling.py",
        "tasks_app/prompts/common/data.en.txt",
        "bin/up",
        ".env.example",
    }
    assert expected <= set(names)
    assert {Path(name).suffix for name in names} >= {".md", ".py", ".html", ".js", ".po", ".yml"}
    assert all((PROJECT / name).is_file() for name in names)
