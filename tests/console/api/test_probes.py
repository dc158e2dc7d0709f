"""What probes are answered, whatever host they name and however they connect."""

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from launcher.servers.ports import any_free


@pytest.fixture(autouse=True)
def _production(settings: Settings) -> None:
    """Plain HTTP and foreign host names are refused everywhere else."""
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["console.example.org"]


def test_alive_without_a_database(client: Client) -> None:
    """A test without database access: asking one would fail."""
    answer = client.get("/healthz", headers={"host": "10.0.0.7"})
    assert (answer.status_code, answer.json()) == (200, {"site": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_only_probes_come_by_any_name(client: Client) -> None:
    assert client.get("/admin/login/", headers={"host": "10.0.0.7"}).status_code == 400


@pytest.mark.django_db
def test_ready(client: Client) -> None:
    answer = client.get("/readyz", headers={"host": "10.0.0.7"})
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "broker": "ok"})


@pytest.mark.django_db
def test_migrations_missing(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'tasks_app'")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"database": "not migrated", "broker": "ok"})


@pytest.mark.django_db
def test_redis_away(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = f"redis://:secret@127.0.0.1:{any_free()}/0"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"database": "ok", "broker": "unreachable"})
    assert "secret" not in answer.text


@pytest.mark.django_db
def test_redis_refuses(client: Client, settings: Settings) -> None:
    """The password is wrong."""
    address = settings.REDIS_URL.rpartition("@")[2]
    settings.REDIS_URL = f"redis://:wrong@{address}"
    assert client.get("/readyz").json()["broker"] == "unreachable"
