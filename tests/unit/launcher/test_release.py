"""The version that programs started by bin/up report."""

import re

from launcher.checkout.home import PROJECT
from launcher.checkout.release import release


def test_it_is_the_version_of_the_project_and_the_commit() -> None:
    (declared,) = re.findall(r'^version = "(.+)"$', (PROJECT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    version, _plus, commit = release().partition("+")
    assert version == declared
    assert bool(commit) == (PROJECT / ".git").exists()


def test_the_changelog_has_a_section_for_the_version() -> None:
    version, _plus, _commit = release().partition("+")
    sections = re.findall(r"^## (.+)$", (PROJECT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert sections[0] == "Unreleased"
    assert sections[1].startswith(f"{version} – ")
