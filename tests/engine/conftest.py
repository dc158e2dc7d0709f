"""For stages and jobs that run in the tests' own process."""

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def _patience(settings: Settings) -> None:
    """Providers of a test answer at once, unless other tests keep the cores busy."""
    settings.PROVIDER_TIMEOUT_SECONDS = 30.0
