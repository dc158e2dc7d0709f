"""Homes and environments apart from those of the tests' own servers."""

import os

import pytest

from launcher.checkout.home import PROJECT, Home

DECIDED = (
    "DATABASE_URL",
    "REDIS_URL",
    "PORT",
    "NOTEBOOKOPS_HOME",
    "JOB_TYPE_PACKAGES",
    "STATICFILES_STORAGE",
)


@pytest.fixture(scope="module")
def environ() -> dict[str, str]:
    """An environment in which nothing is decided yet."""
    rest = {name: value for name, value in os.environ.items() if name not in DECIDED}
    return {**rest, "PYTHONPATH": str(PROJECT)}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """An empty home in a folder whose name asks for trouble."""
    found = Home(tmp_path_factory.mktemp("home") / "a b 資料")
    found.create()
    return found
