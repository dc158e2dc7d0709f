"""What is too large, or a stranger's upload, is refused before any of it is read."""

from typing import Any, NoReturn

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tasks_app.access.request_size import STRANGER_BYTES, UPLOAD
from tasks_app.models import Notebook

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


class Unread:
    """A body of which nobody may read a byte."""

    def read(self, *_args: object) -> NoReturn:
        raise AssertionError("the body was read")

    readline = read


@pytest.fixture
def officer(db: None) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("officer"))
    return client


def sent(client: Client, path: str, content_type: str, size: int) -> Any:
    client.cookies["csrftoken"] = "x" * 32  # without one, Django refuses a form before it reads it
    said: Any = {"CONTENT_LENGTH": str(size), "CONTENT_TYPE": f"{content_type}; boundary=x", "wsgi.input": Unread()}
    return client.generic("POST", path, **said)


def paths(notebook: Notebook) -> list[str]:
    upload = reverse("admin:tasks_app_notebook_upload", args=[notebook.pk])
    return [upload, reverse("admin:tasks_app_source_add"), reverse("admin:login"), "/i18n/setlang/", "/nothing/"]


def test_a_strangers_upload_is_not_read(notebook: Notebook) -> None:
    client = Client(enforce_csrf_checks=True)
    for path in paths(notebook):
        answer = sent(client, path, UPLOAD, STRANGER_BYTES + 1)
        assert answer.headers["Location"].startswith(reverse("admin:login")), path
    for path in ("/api/v1/sources", "/api/v1/jobs", "/api/v1/nothing"):
        assert sent(client, path, UPLOAD, 10).status_code == 401, path
        assert sent(client, path, UPLOAD, 10**12).status_code == 413, path


def test_a_strangers_form_is_read_up_to_the_limit(client: Client) -> None:
    login = reverse("admin:login")
    fields = {"username": "x", "password": "y" * (STRANGER_BYTES - 22)}
    assert client.post(login, "&".join(f"{k}={v}" for k, v in fields.items()), FORM).status_code == 200
    assert sent(client, login, FORM, STRANGER_BYTES + 1).status_code == 302


def test_what_a_stranger_may_send_stays_in_memory(settings: Settings) -> None:
    assert settings.FILE_UPLOAD_MAX_MEMORY_SIZE > STRANGER_BYTES


def test_too_large_for_anybody(officer: Client, notebook: Notebook, settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"
    settings.UPLOAD_MAX_BYTES = settings.MEDIA_MAX_BYTES = 10 * 1024**2
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024**2
    for path in paths(notebook):
        answer = sent(officer, path, UPLOAD, 12 * 1024**2 + 1)
        assert answer.status_code == 413, path
        assert "at most 12.0\xa0MB can be sent" in answer.content.decode().replace("&nbsp;", "\xa0"), path
        assert sent(officer, path, FORM, 1024**2 + 1).status_code == 413, path


def test_at_the_limit_it_is_read(officer: Client, settings: Settings) -> None:
    with pytest.raises(AssertionError, match="the body was read"):
        sent(officer, reverse("admin:tasks_app_source_add"), UPLOAD, settings.MEDIA_MAX_BYTES)
