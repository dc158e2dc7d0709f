"""What no well-meaning client sends."""

import io
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client, RequestFactory

from tasks_app.models import Job, Notebook, Source

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"


class Endless(io.RawIOBase):
    """Nobody may read from it."""

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read")


def unreadable() -> Any:
    return {"wsgi.input": Endless()}


def raw(client: Client, body: bytes, content_type: str = "application/json", path: str = "sources") -> Any:
    return client.generic("POST", f"/api/v1/{path}", body, content_type)


def test_a_hundred_megabytes_are_refused_unread(mine: Client) -> None:
    answer = mine.generic(
        "POST",
        "/api/v1/sources",
        b"",
        CONTENT_TYPE="application/json",
        CONTENT_LENGTH="100000000",
        **unreadable(),
    )
    assert (answer.status_code, answer["Content-Type"]) == (413, PROBLEM)


def test_an_upload_beyond_all_measure_is_refused_unread(mine: Client) -> None:
    answer = mine.generic(
        "POST",
        "/api/v1/sources",
        b"",
        CONTENT_TYPE="multipart/form-data; boundary=x",
        CONTENT_LENGTH="10000000000000",
        **unreadable(),
    )
    assert (answer.status_code, answer["Content-Type"]) == (413, PROBLEM)


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "x"])
def test_other_content_types(mine: Client, content_type: str) -> None:
    answer = raw(mine, b"a=1", content_type)
    assert (answer.status_code, answer["Content-Type"]) == (415, PROBLEM)


def test_a_form_where_no_file_is_taken(mine: Client, source: Source) -> None:
    answer = mine.post(f"/api/v1/sources/{source.pk}/jobs", {"kind": "source"})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b"{",
        b"\xff\xfe",
        b"NaN",
        b"[]",
        b'"text"',
        b"null",
        b'{"text": Infinity}',
    ],
)
def test_json_that_is_none_or_too_deep(mine: Client, body: bytes) -> None:
    answer = raw(mine, body)
    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert "Traceback" not in answer.content.decode()


@pytest.mark.parametrize("body", [b"", b"--x\r\n", b"--x\r\nContent-Disposition: form-data\r\n\r\n"])
def test_broken_forms(mine: Client, body: bytes) -> None:
    assert raw(mine, body, "multipart/form-data; boundary=x").status_code == 400


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE tasks_app_job; --", "1 OR 1=1", "\r\nSet-Cookie: a=b", "%0d%0aX-Injected: 1", "${jndi:x}"]
)
def test_injections_are_unknown_ids(mine: Client, job: Job, text: str) -> None:
    unknown = mine.get("/api/v1/jobs/unknown")
    answer = mine.get(f"/api/v1/jobs/{quote(text, safe='')}")
    assert answer.status_code == 404
    assert answer.content == unknown.content
    assert "Set-Cookie" not in answer
    assert "X-Injected" not in answer
    batch = mine.get("/api/v1/jobs", {"ids": text})
    assert batch.status_code == 200
    assert batch.json()["items"] == []
    assert Job.objects.count() == 1


def test_fifty_one_ids(mine: Client) -> None:
    assert mine.get("/api/v1/jobs", {"ids": ",".join(f"x{n}" for n in range(51))}).status_code == 400


def test_the_same_id_many_times_is_one(mine: Client, job: Job) -> None:
    body = mine.get("/api/v1/jobs", {"ids": ",".join([str(job.pk)] * 60)}).json()
    assert len(body["items"]) == 1


@pytest.mark.parametrize(("wait", "code"), [("0", 200), ("20", 200), ("21", 400), ("-1", 400), ("x", 400)])
def test_wait_is_validated(mine: Client, job: Job, wait: str, code: int) -> None:
    assert mine.get(f"/api/v1/jobs/{job.pk}", {"wait": wait}).status_code == code


@pytest.mark.parametrize("path", ["sources", "jobs/{}/cancel", "jobs/{}/requeue", "read-tokens", "sources/{}/jobs"])
def test_a_session_needs_djangos_token_against_forgery(owner: Any, job: Job, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    answer = client.post(f"/api/v1/{path.format(job.pk)}", {}, "application/json")
    assert (answer.status_code, answer["Content-Type"]) == (403, PROBLEM)
    job.refresh_from_db()
    assert job.state == "queued"


def test_events_are_reserved(mine: Client, job: Job) -> None:
    assert mine.get(f"/api/v1/jobs/{job.pk}/events").status_code == 404


def test_a_name_with_a_line_break_stays_out_of_headers(mine: Client, notebook: Notebook, rf: RequestFactory) -> None:
    body = {"notebook": str(notebook.pk), "text": "x", "title": "a\r\nSet-Cookie: b=c"}
    answer = mine.post("/api/v1/sources", body, "application/json")
    assert answer.status_code == 202
    assert "Set-Cookie" not in answer
