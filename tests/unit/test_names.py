"""One name for each thing, and one thing for each name: classes, files, and the words of the glossary."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = [path.parent for path in sorted(ROOT.glob("*/__init__.py"))]

CLASSES_OF_FRAMEWORKS = {"Command", "Media", "Meta"}
"""Django looks for classes of these names: one in each command, form or model."""

FILES_OF_FRAMEWORKS = {"__init__", "__main__", "conftest", "formats", "manage", "urls"}
"""Python, pytest and Django look for files of these names."""

ROLES = {"api", "checks", "commands", "job_types", "models", "resources", "samples", "submission", "templatetags"}
"""Folders that say what is done with a thing: `checks/console.py`, `templatetags/console.py`."""

THINGS = {
    *("agenda", "chat", "check", "council", "decks", "documents", "minutes", "slides", "speech", "transcript"),
    "transcription",
}
"""Folders of one thing: `chat/form.py`, `check/form.py`."""

NOUNS = {"agenda", "council", "notebook", "slide_deck", *(path.stem for path in ROOT.glob("tasks_app/job_types/*.py"))}
"""What each layer has a file about: `models/…/council.py`, `admin/…/council.py`."""


def files() -> list[Path]:
    found = [path for package in PACKAGES for path in sorted(package.rglob("*.py"))]
    return [path.relative_to(ROOT) for path in found if "migrations" not in path.parts]


def classes() -> Iterator[tuple[str, Path]]:
    for path in files():
        for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                yield node.name, path


def told_apart(one: Path, other: Path) -> bool:
    """Whether the folders of two files with one name say which is which.

    They do where the files belong to different packages, or to different suites of the tests; where the name is that of
    a noun and the layers differ; and where both are in folders named for what is done, or both in folders named for a
    thing, unless these have one name themselves.
    """
    depth = 2 if one.parts[0] == other.parts[0] == "tests" else 1
    if one.parts[:depth] != other.parts[:depth]:
        return True
    if one.stem.removeprefix("test_") in NOUNS:
        return one.parts[: depth + 1] != other.parts[: depth + 1]
    folders = {one.parent.name, other.parent.name}
    return len(folders) == 2 and (folders <= ROLES or folders <= THINGS)


def repeated(found: list[tuple[str, Path]]) -> dict[str, list[Path]]:
    by_name: dict[str, list[Path]] = defaultdict(list)
    for name, path in found:
        by_name[name].append(path)
    return {name: paths for name, paths in by_name.items() if len(paths) > 1}


def test_no_two_classes_share_a_name() -> None:
    assert {name: paths for name, paths in repeated(list(classes())).items() if name not in CLASSES_OF_FRAMEWORKS} == {}


def test_files_of_one_name_are_told_apart_by_their_folders() -> None:
    found = [(path.stem, path) for path in files() if path.stem not in FILES_OF_FRAMEWORKS]
    code = repeated([(name, path) for name, path in found if path.parts[0] != "tests"])
    tests = repeated([(name, path) for name, path in found if path.parts[0] == "tests"])
    unclear = [
        (one, other)
        for paths in (code | tests).values()
        for one, other in combinations(paths, 2)
        if not told_apart(one, other)
    ]
    assert unclear == []


def glossary() -> dict[str, str]:
    """The class that each word of the glossary's first table names."""
    things = (ROOT / "docs" / "glossary.md").read_text("utf-8").partition("## States")[0]
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| (?:`(\w+)`|–) \|", things, re.MULTILINE)
    return {word.strip(): name for word, name in rows}


def test_each_word_of_the_glossary_names_one_class() -> None:
    words = glossary()
    assert words["Job"] == "Job"
    named = [name for name in words.values() if name]
    assert len(named) == len(set(named)), "two words for one class"
    there = [name for name, path in classes() if path.parts[0] != "tests"]
    assert {name: there.count(name) for name in named if there.count(name) != 1} == {}


def test_no_class_takes_a_word_of_the_glossary_for_something_else() -> None:
    words = {re.sub(r"\W", "", word.title()): name for word, name in glossary().items()}
    taken = {name: path for name, path in classes() if name in words and words[name] != name}
    assert taken == {}
