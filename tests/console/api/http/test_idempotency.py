"""Idempotency-Key: once is once, also at the same time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client

from tasks_app.api.http import idempotency
from tasks_app.jobs.statements import rows
from tasks_app.jobs.upkeep.retention import purge_idempotency_keys
from tasks_app.models import IdempotencyKey, Job, Notebook, Source
from tests.console.api.conftest import SignIn

KEY = "5f1c9a52"


def send(client: Client, notebook: Notebook, text: str = "本文。", key: str = KEY) -> Any:
    body = {"notebook": str(notebook.pk), "text": text}
    return client.post("/api/v1/sources", body, "application/json", headers={"Idempotency-Key": key})


@pytest.mark.django_db
def test_the_same_key_answers_alike(mine: Client, notebook: Notebook) -> None:
    first, second = send(mine, notebook), send(mine, notebook)
    assert first.status_code == second.status_code == 202
    assert first.content == second.content
    assert first["Location"] == second["Location"]
    assert Source.objects.count() == Job.objects.count() == 1


@pytest.mark.django_db
def test_another_body_with_the_same_key(mine: Client, notebook: Notebook) -> None:
    send(mine, notebook)
    answer = send(mine, notebook, "別の本文。")
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert Source.objects.count() == 1


@pytest.mark.django_db
def test_the_same_upload_is_known_whatever_its_borders(mine: Client, notebook: Notebook) -> None:
    def upload(content: bytes) -> Any:
        body = {"notebook": str(notebook.pk), "file": SimpleUploadedFile("a.txt", content)}
        return mine.post("/api/v1/sources", body, headers={"Idempotency-Key": KEY})

    assert upload(b"one").json()["id"] == upload(b"one").json()["id"]
    assert upload(b"two").status_code == 422
    assert Source.objects.count() == 1


@pytest.mark.django_db
def test_keys_of_others_are_others(mine: Client, service: Client, notebook: Notebook) -> None:
    assert send(mine, notebook).json()["id"] != send(service, notebook).json()["id"]


@pytest.mark.django_db
def test_what_was_refused_leaves_the_key_free(mine: Client, notebook: Notebook) -> None:
    assert send(mine, notebook, "").status_code == 400
    assert send(mine, notebook).status_code == 202


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "é"])
def test_what_is_no_key(mine: Client, notebook: Notebook, key: str) -> None:
    assert send(mine, notebook, key=key).status_code == 400
    assert not Source.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_second_request_at_the_same_time_is_told_to_wait(mine: Client, notebook: Notebook, owner: User) -> None:
    """The first is held open by its lock, as by a slow upload."""
    held, done = Event(), Event()

    def first() -> None:
        try:
            with transaction.atomic():
                rows(idempotency.TRY_LOCK, {"name": f"user:{owner.pk} {KEY}"})
                held.set()
                done.wait(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(first)
        assert held.wait(10)
        answer = send(mine, notebook)
        done.set()
        running.result()
    assert answer.status_code == 409
    assert send(mine, notebook).status_code == 202


def at_once(count: int, call: Callable[[], Any]) -> list[Any]:
    barrier = Barrier(count)

    def one() -> Any:
        try:
            barrier.wait(10)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return [future.result() for future in [pool.submit(one) for _ in range(count)]]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_job(sign_in: SignIn, owner: User, notebook: Notebook) -> None:
    answers = at_once(4, lambda: send(sign_in(owner), notebook))
    codes = {answer.status_code for answer in answers}
    assert 202 in codes
    assert codes <= {202, 409}
    assert Source.objects.count() == Job.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_work_asked_for_many_times_at_once_is_one_job(sign_in: SignIn, owner: User, source: Source) -> None:
    def ask() -> Any:
        return sign_in(owner).post(f"/api/v1/sources/{source.pk}/jobs", {}, "application/json")

    answers = at_once(4, ask)
    assert [answer.status_code for answer in answers] == [202] * 4
    assert len({answer.json()["id"] for answer in answers}) == 1


@pytest.mark.django_db
def test_keys_are_kept_for_a_day(mine: Client, notebook: Notebook) -> None:
    send(mine, notebook)
    assert purge_idempotency_keys() == 0
    IdempotencyKey.objects.update(created_at="2026-01-01T00:00:00Z")
    assert purge_idempotency_keys() == 1
