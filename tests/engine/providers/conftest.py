"""An endpoint of the test's own, and models that ask it."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings
from redis import Redis

from tasks_app.providers import endpoint as endpoints
from tasks_app.providers.embeddings import Embedder
from tasks_app.providers.llm import ChatModel
from tests.engine.providers.scripted_endpoint import ScriptedEndpoint, endpoint


@pytest.fixture
def server(broker: Redis, settings: Settings) -> Iterator[ScriptedEndpoint]:
    """One that has time to answer; tests that wait for the limit lower it."""
    settings.PROVIDER_TIMEOUT_SECONDS = 30.0
    with endpoint() as running:
        yield running


@pytest.fixture
def model(server: ScriptedEndpoint) -> ChatModel:
    return ChatModel(
        endpoint=endpoints.Endpoint(name=endpoints.LLM, base_url=server.url, api_key="key-1", model="writer")
    )


@pytest.fixture
def embedder(server: ScriptedEndpoint) -> Embedder:
    return Embedder(
        endpoint=endpoints.Endpoint(name=endpoints.EMBEDDINGS, base_url=server.url, api_key="key-2", model="vectors")
    )
