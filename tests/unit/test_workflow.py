"""The workflow of the hosting platform runs what the project has: its shards, its packages, its pinned list."""

import re
from typing import Any

import yaml

from launcher.testing import suite
from tests.support import tracked

WORKFLOW = tracked.ROOT / ".github" / "workflows" / "test.yml"


def jobs() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]
    return found


def shards() -> set[str]:
    """The folders of tests/ that hold tests."""
    return {path.relative_to(tracked.ROOT / "tests").parts[0] for path in (tracked.ROOT / "tests").rglob("test_*.py")}


def test_every_folder_of_tests_is_a_shard() -> None:
    assert set(suite.TESTS) == shards()
    assert sorted(jobs()["shard"]["strategy"]["matrix"]["shard"]) == sorted({suite.CHECKS, *shards()})


def test_the_nightly_run_does_the_same_with_everything() -> None:
    assert jobs()["nightly"]["steps"] == jobs()["shard"]["steps"]
    (command,) = [step["run"] for step in jobs()["nightly"]["steps"] if step.get("name") == "Test"]
    assert "bin/test ${{ matrix.shard || '--full' }}" in command
    assert "runuser" in command


def test_files_it_names_exist() -> None:
    source = WORKFLOW.read_text("utf-8")
    names = [*re.findall(r"hashFiles\('([^']+)'\)", source), *re.findall(r"< (\S+)", source), "bin/test"]
    assert len(names) == 3
    assert [name for name in names if not (tracked.ROOT / name).is_file()] == []


def test_its_python_is_one_that_the_project_supports() -> None:
    images = {re.sub(r"-.*", "", job["container"]) for job in jobs().values()}
    assert images == {"python:3.11"}


def test_actions_are_pinned_to_a_major_version() -> None:
    used = [step["uses"] for job in jobs().values() for step in job["steps"] if "uses" in step]
    assert used
    assert [action for action in used if not re.fullmatch(r"actions/[\w-]+@v\d+", action)] == []
