"""The numbered check for slide decks fires where its rule is broken, and only there."""

import pytest
from pytest_django.fixtures import Settings

from tasks_app.queues import LLM
from tests.console.test_checks import found


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("SLIDES_VERSIONS_KEPT", 1, 0),
        ("SLIDES_PICTURE_SECONDS", 1, 0),
        ("SLIDES_PICTURE_SECONDS", LLM.soft_limit - 1, LLM.soft_limit),
    ],
)
def test_numbers_that_cannot_be_kept_are_named(name: str, good: int, bad: int, settings: Settings) -> None:
    setattr(settings, name, good)
    assert "E061" not in found()
    setattr(settings, name, bad)
    assert "E061" in found()
