"""A pytest plugin: tests that wait come first, so that processes end together. A seed puts all in a random order."""

import os
import random

import pytest

from launcher.testing.suite import SEED_VARIABLE

FIRST = ("tests/browser/test_looks.py", "tests/acceptance/", "tests/browser/")


def pytest_report_header() -> str:
    seed = os.environ.get(SEED_VARIABLE)
    return f"random order: {SEED_VARIABLE}={seed}" if seed else "order: slow tests first"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The same in every process."""
    seed = os.environ.get(SEED_VARIABLE)
    if seed:
        random.Random(seed).shuffle(items)
        return
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    """Stable: within one place tests keep their order."""
    return next((place for place, folder in enumerate(FIRST) if item.nodeid.startswith(folder)), len(FIRST))
