"""What all tests share. The embedded servers run already: bin/test starts them and sets the environment."""

import os
from collections.abc import Iterator

import pytest
import redis
from django.apps import apps
from django.conf import settings
from django.contrib.admin import autodiscover
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from launcher.checkout.home import Home
from launcher.servers.server import EmbeddedServer
from launcher.servers.servers import embedded
from tasks_app.models import Notebook, Source
from tests.support.emptying import keep
from tests.support.step_controller import StepController, step_controller

DISCONNECT_OTHERS = """
    SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
DISCONNECT_MILLISECONDS = 10_000
"""The longest wait for one session."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database, with a copy of what a test must leave as it was. At the end nobody else is connected to it.

    Content types are looked up once for all, or a test that counts statements would depend on those before it.
    """
    with django_db_blocker.unblock():
        keep(connection)
        ContentType.objects.get_for_models(*apps.get_models(), for_concrete_models=False)
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:  # a killed worker's sessions end a little later
        cursor.execute(DISCONNECT_OTHERS, [DISCONNECT_MILLISECONDS])


autodiscover()  # tests look at the registered pages before any address is loaded


@pytest.fixture(autouse=True)
def _long_lease(settings: Settings) -> None:
    """For attempts in the tests' own process: a heartbeat does not see a job that is not committed."""
    settings.JOB_LEASE_SECONDS, settings.JOB_HEARTBEAT_SECONDS = 60, 25


@pytest.fixture(autouse=True)
def _no_office(settings: Settings) -> None:
    """LibreOffice takes seconds; tests that want its pictures say so."""
    settings.SLIDES_OFFICE_PROGRAM = ""


@pytest.fixture(name="step_controller")
def _oracle() -> Iterator[StepController]:
    with step_controller() as running:
        yield running


@pytest.fixture
def notebook(db: None) -> Notebook:
    owner = User.objects.create_user("owner")
    return Notebook.objects.create(title="ノート", owner=owner)


@pytest.fixture
def source(notebook: Notebook) -> Source:
    """A stored source without a job."""
    return Source.objects.create(
        notebook=notebook, title="議事録", pasted_text="本日の会議を開きます。議題は防災計画です。"
    )


@pytest.fixture(scope="session")
def servers() -> dict[str, EmbeddedServer]:
    """The two embedded servers, for tests that stop or restart one; by the variable that holds their address."""
    home = Home.of(os.environ)
    rest = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return embedded(home, rest)


@pytest.fixture
def broker() -> Iterator["redis.Redis"]:
    """Redis, empty before and after."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.flushdb()
    yield client
    client.flushdb()
    client.close()
