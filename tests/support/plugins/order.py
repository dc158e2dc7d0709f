"""A pytest plugin: tests that wait come first, so that processes end together. A seed puts all in a random order."""

import os
import random

import pytest

from launcher.testing.suite import SEED_VARIABLE

SLOW = ("tests/browser/", "tests/acceptance/")
"""Pages keep a core busy, workers are mostly waited for: the two take turns."""


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
    slow = [[item for item in items if item.nodeid.startswith(folder)] for folder in SLOW]
    turns = {item.nodeid: place / len(those) for those in slow for place, item in enumerate(those)}
    items.sort(key=lambda item: turns.get(item.nodeid, 1.0))
