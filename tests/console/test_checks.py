"""Every numbered check: it fires where its rule is broken, and only there."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import copy, copytree
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import connection
from django.urls import reverse
from pytest_django import Settings

from launcher.checkout.home import PROJECT
from launcher.servers.ports import any_free
from tasks_app.checks.removed import REMOVED
from tasks_app.queues import CHAT, CONTENT, TRANSCRIPTION, Queue
from tasks_app.registry import job_types
from tasks_app.stages.transcript import downloading, media

PREFIX = "notebookops."
OF_THE_MACHINE = {"I017", "I018"}
"""Fire where the machine that runs the tests forbids namespaces or has no Landlock."""


def found(**options: Any) -> set[str]:
    """The ids of our checks that fire, without the prefix."""
    ours = [message for message in run_checks(**options) if str(message.id).startswith(PREFIX)]
    for message in ours:
        assert message.hint, f"{message.id} says what is wrong but not what to do"
    return {str(message.id).removeprefix(PREFIX) for message in ours}


@contextmanager
def declared(**changes: Any) -> Iterator[None]:
    """One more kind in the registry, like `source` but for these changes; past the checks of `register`."""
    reverse("api:jobs")  # addresses are made of the kinds that are registered when they are first asked for
    job_types["odd"] = replace(job_types["source"], **{"kind": "odd", **changes})
    try:
        yield
    finally:
        del job_types["odd"]


@pytest.fixture(autouse=True)
def patient(settings: Settings) -> None:
    """Below the limits of every kind that the tests declare themselves."""
    settings.PROVIDER_TIMEOUT_SECONDS = 1.0


def test_nothing_is_wrong_with_the_project_itself() -> None:
    assert found() == ({"I081"} if media.missing() else set())


def test_a_kind_like_another_is_fine() -> None:
    with declared():
        assert found() == set()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"soft_limit": 300, "hard_limit": 300}, {"E001", "E002"}),
        ({"soft_limit": 299, "hard_limit": 300}, {"E002"}),
        ({"soft_limit": 298, "hard_limit": 300}, set()),
        ({"soft_limit": 180}, {"W001"}),
        ({"soft_limit": 181}, set()),
        ({"stages": ()}, {"E008"}),
        ({"subject": "tasks_app.Nothing"}, {"E009"}),
        ({"subject": "nonsense"}, {"E009"}),
        ({"subject": "auth.User"}, {"E010"}),
        ({"subject": "tasks_app.Notebook"}, {"E010"}),
    ],
)
def test_declarations(settings: Settings, changes: dict[str, Any], expected: set[str]) -> None:
    settings.EXTRACTION_WALL_SECONDS = 180
    with declared(**changes):
        assert found() == expected


def test_an_unknown_queue() -> None:
    lost = Queue(
        name="lost",
        concurrency=1,
        soft_limit=CONTENT.soft_limit,
        hard_limit=CONTENT.hard_limit,
        attempts=CONTENT.attempts,
        backoff=1.0,
        poll_seconds=1,
    )
    with declared(queue=lost):
        assert found() == {"E007"}
    with declared(queue=replace(CONTENT)):
        assert found() == {"E007"}, "an equal queue is not the same queue"


def test_a_subject_is_told_what_it_lacks() -> None:
    with declared(subject="auth.User"):
        (message,) = [one for one in run_checks() if one.id == f"{PREFIX}E010"]
    assert "title, job_notebook_id, job_owner_id, input_digest, a UUID as primary key" in message.msg


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PROVIDER_TIMEOUT_SECONDS", CONTENT.hard_limit - CONTENT.soft_limit, {"E002"}),
        ("JOB_LEASE_SECONDS", 60.0, set()),
        ("JOB_HEARTBEAT_SECONDS", 30.0, {"E004"}),
        ("JOB_HEARTBEAT_SECONDS", 29.9, set()),
        ("JOB_HEARTBEAT_SECONDS", 0.0, {"E004"}),
        ("JOB_SWEEP_SECONDS", 60.0, set()),
        ("JOB_SWEEP_SECONDS", 60.1, {"E005"}),
        ("JOB_SWEEP_SECONDS", 0.0, {"E005"}),
        ("SUMMARY_PROVIDER", "extractive", set()),
        ("SUMMARY_PROVIDER", "oracle", {"E011"}),
        ("SUMMARY_PROVIDER", "model", {"E011"}),
        ("CHAT_TIMEOUT_SECONDS", CHAT.hard_limit - CHAT.soft_limit, {"E002"}),
        ("CHAT_TIMEOUT_SECONDS", CHAT.hard_limit - CHAT.soft_limit - 1, set()),
        ("LLM_MODEL", "writer", {"E021"}),
        ("LLM_API_KEY", "key", {"E021"}),
        ("LLM_BASE_URL", "http://127.0.0.1:8080/v1", {"E021"}),
        ("EMBEDDING_MODEL", "vectors", {"E021"}),
        ("PROVIDER_CHAT_RESERVED", 11, set()),
        ("PROVIDER_CHAT_RESERVED", 12, {"E022"}),
        ("PROVIDER_CHAT_RESERVED", -1, {"E022"}),
        ("PROVIDER_PROCESSES", 0, {"E022"}),
        ("PROVIDER_TIMEOUT_SECONDS", 0.0, {"E022"}),
        ("CHAT_TIMEOUT_SECONDS", 0.0, {"E022"}),
        ("PROVIDER_SLOT_WAIT_SECONDS", 0.0, {"E022"}),
        ("PROVIDER_CALLS_PER_JOB", 0, {"E022"}),
        ("EMBEDDING_BATCH_SIZE", 0, {"E022"}),
        ("EMBEDDING_BATCH_SIZE", 2048, set()),
        ("EMBEDDING_BATCH_SIZE", 2049, {"E022"}),
        ("CHAT_ANSWER_SECONDS", 85.0, {"E071"}),
        ("CHAT_ANSWER_SECONDS", 84.0, set()),
        ("CHAT_PASSAGES", 0, {"E072"}),
        ("CHAT_CONTEXT_TOKENS", 3999, {"E072"}),
        ("CHAT_CONTEXT_TOKENS", 4000, set()),
        ("CHAT_SAVE_SECONDS", -0.1, {"E072"}),
        ("WORKER_NICENESS", 20, {"E072"}),
        ("WORKER_NICENESS", 19, set()),
        ("PROVIDER_PRICES", {"writer": [0.5, 1]}, set()),
        ("PROVIDER_PRICES", {"writer": [0.5]}, {"E023"}),
        ("PROVIDER_PRICES", {"writer": ["a", "b"]}, {"E023"}),
        ("PROVIDER_PRICES", {"writer": [-1, 1]}, {"E023"}),
        ("PROVIDER_PRICES", ["writer"], {"E023"}),
        ("FETCH_SECONDS", CONTENT.soft_limit, {"W001"}),
        ("FETCH_SECONDS", CONTENT.soft_limit - 1, set()),
        ("FETCH_SECONDS", 0.0, {"E042"}),
        ("FETCH_PORTS", [], {"E042"}),
        ("FETCH_PORTS", ["443", "https"], {"E042"}),
        ("FETCH_PORTS", ["443", "65536"], {"E042"}),
        ("FETCH_PORTS", ["443", "65535"], set()),
        ("EXTRACTION_WALL_SECONDS", CONTENT.soft_limit, {"W001"}),
        ("EXTRACTION_WALL_SECONDS", CONTENT.soft_limit - 1, set()),
        ("OCR_PAGE_SECONDS", CONTENT.soft_limit, {"W001"}),
        ("OCR_PAGE_SECONDS", CONTENT.soft_limit - 1, set()),
    ],
)
def test_settings(settings: Settings, name: str, value: Any, expected: set[str]) -> None:
    settings.JOB_LEASE_SECONDS, settings.JOB_HEARTBEAT_SECONDS, settings.JOB_SWEEP_SECONDS = 60.0, 20.0, 15.0
    setattr(settings, name, value)
    assert found() == expected


@pytest.mark.parametrize(
    ("file", "rest", "expected"),
    [("alive", 30.0, {"E030"}), ("alive", 29.9, set()), ("alive", 0.0, {"E030"}), ("", 300.0, set())],
)
def test_health_of_beat(settings: Settings, file: str, rest: float, expected: set[str]) -> None:
    settings.HEALTH_FILE, settings.HEALTH_STALE_SECONDS = file, 30.0
    settings.CELERY_BEAT_MAX_LOOP_INTERVAL = rest
    assert found() == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://models.example.org/v1", set()),
        ("http://127.0.0.1:8080/v1", set()),
        ("http://[::1]:8080/v1", set()),
        ("http://10.0.0.7:8080/v1", set()),
        ("http://vllm:8000/v1", set()),
        ("http://models.example.org/v1", {"W002"}),
        ("http://203.0.114.5/v1", {"W002"}),
        ("models.example.org/v1", {"E021"}),
        ("ftp://models.example.org/", {"E021"}),
        ("http://", {"E021"}),
        ("http://host:port/v1", {"E021"}),
        ("https://user:hunter2@models.example.org/v1", {"E021"}),
    ],
)
def test_addresses_of_providers(settings: Settings, address: str, expected: set[str]) -> None:
    settings.LLM_BASE_URL, settings.LLM_MODEL = address, "writer"
    assert found() == expected
    settings.SUMMARY_PROVIDER = "model"
    assert found() == expected
    assert "hunter2" not in "".join(str(message) for message in run_checks())


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"visibility_timeout": 3660}, {"E003"}),
        ({"visibility_timeout": 3661}, set()),
        ({"priority_steps": [0]}, {"E006"}),
        ({"priority_steps": [0, 3, 6, 9]}, set()),
        ({"queue_order_strategy": "round_robin"}, {"E006"}),
    ],
)
def test_broker(settings: Settings, change: dict[str, Any], expected: set[str]) -> None:
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **change}
    assert found() == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, set()),
        ({"DEBUG": True}, {"E014"}),
        ({"SECRET_KEY": "development-only-secret-key"}, {"E015"}),
        ({"SECRET_KEY_FALLBACKS": ["development-only-secret-key"]}, {"E015"}),
        ({"HTTPS": False}, {"E016"}),
        ({"HTTPS": False, "ALLOWED_HOSTS": ["*"]}, {"E016"}),
        ({"HTTPS": False, "ALLOWED_HOSTS": ["192.168.1.10"]}, {"E016"}),
        ({"HTTPS": False, "ALLOWED_HOSTS": ["localhost.example.org"]}, {"E016"}),
        ({"HTTPS": False, "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]", "a.localhost"]}, set()),
    ],
)
def test_deployment(settings: Settings, changes: dict[str, Any], expected: set[str]) -> None:
    production = {
        "DEBUG": False,
        "SECRET_KEY": "of-our-own-" * 6,
        "SECRET_KEY_FALLBACKS": [],
        "HTTPS": True,
        "ALLOWED_HOSTS": ["console.example.org"],
    }
    for name, value in {**production, **changes}.items():
        setattr(settings, name, value)
    assert found(include_deployment_checks=True) - OF_THE_MACHINE == expected
    assert found() == set(), "they would be in the way of development"


@pytest.mark.django_db
def test_vectors_are_there() -> None:
    assert found(databases=["default"]) == set()


@pytest.mark.django_db
def test_vectors_are_missing() -> None:
    """A server without pgvector, as far as this connection can see."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY VIEW pg_available_extensions AS "
            "SELECT * FROM pg_catalog.pg_available_extensions WHERE name <> 'vector'"
        )
        cursor.execute("SET LOCAL search_path TO pg_temp, public, pg_catalog")
    assert found(databases=["default"]) == {"E012"}
    assert found() == set(), "without a database named, none is asked"


def test_the_database_is_away() -> None:
    url = f"postgresql://nobody:nothing@127.0.0.1:{any_free()}/nothing"
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--database", "default"],
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "(notebookops.E013) The database 'default' cannot be reached." in done.stderr
    assert "nothing@" not in done.stderr, "the message must not show the password"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("MEDIA_MAX_SECONDS", 0, {"E081"}),
        ("SEGMENT_SECONDS", 0, {"E081"}),
        ("WHISPER_CONCURRENCY", 0, {"E081"}),
        ("WHISPER_MAX_BYTES", 63_999, {"E081"}),
        ("WHISPER_MAX_BYTES", 64_000, set()),
        ("WHISPER_TIMEOUT_SECONDS", 0.0, {"E081"}),
        ("WHISPER_TIMEOUT_SECONDS", 299.0, set()),
        ("WHISPER_TIMEOUT_SECONDS", 300.0, {"E002"}),
        ("WHISPER_SERVER_URL", "http://127.0.0.1:9/v1", {"E021"}),
        ("WHISPER_API", "telepathy", {"E021"}),
        ("DOWNLOAD_LOOPBACK_URL", "http://127.0.0.1:9", set()),
        ("DOWNLOAD_LOOPBACK_URL", "http://videos.example.org", {"E082"}),
    ],
)
def test_recordings_have_limits_that_fit(settings: Settings, name: str, value: Any, expected: set[str]) -> None:
    setattr(settings, name, value)
    assert found() - {"I081"} == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SIGN_IN_FAILURES_PER_ACCOUNT", 0, {"E024"}),
        ("SIGN_IN_FAILURES_PER_ADDRESS", 1, set()),
        ("ACCESS_LOG_RETENTION_DAYS", 0, {"E024"}),
        ("TRUSTED_PROXIES", ["10.0.0.1", "2001:db8::/32"], set()),
        ("TRUSTED_PROXIES", ["10.0.0.1/8"], {"E024"}),
        ("SESSION_IDLE_SECONDS", 0, set()),
        ("SESSION_IDLE_SECONDS", -1, {"E024"}),
        ("SECOND_FACTOR_ROLES", ["superuser", "Administrator", "閲覧者 / Viewer"], set()),
        ("SECOND_FACTOR_ROLES", ["Admin"], {"E025"}),
        ("OIDC_CLIENT_ID", "console", {"E026"}),
        ("OIDC_SERVER_URL", "http://sso.example.org", {"E026"}),
    ],
)
def test_sign_ins_have_settings_that_fit(settings: Settings, name: str, value: Any, expected: set[str]) -> None:
    setattr(settings, name, value)
    assert found() - {"I081"} == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("BULK_ACTION_LIMIT", 0, {"E091"}),
        ("BULK_ACTION_CANARY_JOBS", -1, {"E091"}),
        ("BULK_ACTION_CANARY_JOBS", 0, set()),
    ],
)
def test_the_console_has_numbers_that_fit(settings: Settings, name: str, value: Any, expected: set[str]) -> None:
    setattr(settings, name, value)
    assert found() == expected


def test_videos_come_from_their_site_in_production(settings: Settings) -> None:
    settings.DOWNLOAD_LOOPBACK_URL = "http://127.0.0.1:9"
    assert "E083" in found(include_deployment_checks=True)
    settings.DOWNLOAD_LOOPBACK_URL = ""
    assert "E083" not in found(include_deployment_checks=True)


def test_ffmpeg_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert "I081" in found()


@pytest.mark.parametrize("name", REMOVED)
def test_a_setting_of_an_earlier_release_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "1")
    assert found() - {"I081"} == {"W003"}
    assert any(name in message.msg for message in run_checks() if message.id == f"{PREFIX}W003")


def test_a_setting_of_an_earlier_release_is_noticed_in_the_file_as_well(tmp_path: Path) -> None:
    """It stands beside manage.py: that and the settings are copies here, all else is the project itself."""
    copy(PROJECT / "manage.py", tmp_path)
    copytree(PROJECT / "notebookops", tmp_path / "notebookops")
    for part in ("tasks_app", "templates", "locale"):
        (tmp_path / part).symlink_to(PROJECT / part)
    (tmp_path / ".env").write_text("OCR_DPI=200\n")
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "(notebookops.W003) OCR_DPI is set" in done.stderr


def test_ffmpeg_and_downloads_end_before_their_job_does() -> None:
    assert 0 < media.WALL_SECONDS < TRANSCRIPTION.soft_limit
    assert 0 < downloading.WALL_SECONDS < TRANSCRIPTION.soft_limit
