"""For kinds that are worked through in the tests' own process."""

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def _long_lease(settings: Settings) -> None:
    """They compute for seconds, on cores that other tests share."""
    settings.JOB_LEASE_SECONDS = 60
