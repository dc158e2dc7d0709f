"""Headers that every answer has, also those to strangers and refusals."""

import pytest
from django.test import Client

from notebookops.response_headers import HEADERS

PATHS = ("/admin/login/", "/healthz", "/api/v1/jobs", "/admin/", "/static/tasks_app/icon.svg", "/nothing")


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_them(path: str, client: Client, db: None) -> None:
    answer = client.get(path)
    answer.close()  # a static file stays open until it is read
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "microphone=()" in answer.headers["Permissions-Policy"]
    if path.startswith("/admin"):
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
