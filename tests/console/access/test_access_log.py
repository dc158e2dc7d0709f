"""What the access log holds, and what it must not hold."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db.models.functions import Now
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tasks_app.jobs.transitions import verbs
from tasks_app.jobs.upkeep import retention
from tasks_app.models import AccessRecord, Job, Line, Notebook, Recording, ServiceToken, Source, Transcription
from tasks_app.models.access.access_record import AccessEvent

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"
ADDRESS = "198.51.100.7"


@pytest.fixture
def _media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def officer(settings: Settings) -> User:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return User.objects.create_superuser("officer", password=PASSWORD)


def read(answer: HttpResponseBase) -> int:
    """Its status; a file is read to its end, which closes it."""
    if answer.streaming:
        list(answer)
    return answer.status_code


def logged() -> list[tuple[str, str, str | None, str]]:
    return [(row.event, row.name, row.address, row.target) for row in AccessRecord.objects.order_by("pk")]


def test_sign_ins_failures_and_sign_outs(officer: User) -> None:
    client = Client(REMOTE_ADDR=ADDRESS)
    login = reverse("admin:login")
    client.post(login, {"username": "officer", "password": "wrong"})
    client.post(login, {"username": PASSWORD, "password": ""})
    client.post(login, {"username": PASSWORD, "password": "officer"})
    client.post(login, {"username": "officer", "password": PASSWORD})
    client.post(reverse("admin:logout"))
    assert logged() == [
        (AccessEvent.SIGN_IN_FAILED, "officer", ADDRESS, ""),
        (AccessEvent.SIGN_IN_FAILED, "", ADDRESS, ""),
        (AccessEvent.SIGNED_IN, "officer", ADDRESS, ""),
        (AccessEvent.SIGNED_OUT, "officer", ADDRESS, ""),
    ]
    kept = str(list(AccessRecord.objects.values()))
    assert PASSWORD not in kept
    assert "wrong" not in kept


def test_an_account_that_is_gone_keeps_its_name(officer: User) -> None:
    Client(REMOTE_ADDR=ADDRESS).post(reverse("admin:login"), {"username": "officer", "password": PASSWORD})
    officer.delete()
    assert logged() == [(AccessEvent.SIGNED_IN, "officer", ADDRESS, "")]


@pytest.mark.usefixtures("_media")
def test_downloads_and_exports(officer: User, notebook: Notebook) -> None:
    source = Source.objects.create(notebook=notebook, title="秘密", file=ContentFile(b"x", name="s.txt"))
    client = Client(REMOTE_ADDR=ADDRESS)
    client.force_login(officer)
    AccessRecord.objects.all().delete()
    download = reverse("admin:tasks_app_source_download", args=[source.pk])
    jobs = reverse("admin:tasks_app_job_changelist")
    assert read(client.head(download)) == 200
    assert read(client.get(download)) == 200
    assert read(client.get(reverse("admin:tasks_app_source_download", args=[notebook.pk]))) == 404
    assert read(client.get(jobs)) == 200
    verbs.enqueue("source", source)
    chosen = Job.objects.values_list("pk", flat=True)
    assert read(client.post(jobs, {"action": "export_selected", "_selected_action": list(chosen)})) == 200
    assert logged() == [
        (AccessEvent.DOWNLOADED, "officer", ADDRESS, download),
        (AccessEvent.EXPORTED, "officer", ADDRESS, jobs),
    ]
    assert "秘密" not in str(list(AccessRecord.objects.values()))


@pytest.mark.usefixtures("_media")
def test_a_recording_that_is_played_counts_once(officer: User, notebook: Notebook) -> None:
    recording = Transcription.objects.create(notebook=notebook, title="x", file=ContentFile(b"RIFF" * 9, name="r.wav"))
    Recording.objects.create(transcription=recording)
    client = Client(REMOTE_ADDR=ADDRESS)
    client.force_login(officer)
    AccessRecord.objects.all().delete()
    address = reverse("admin:tasks_app_transcription_recording", args=[recording.pk])
    for part in ("bytes=0-", "bytes=8-", "bytes=16-20"):
        assert read(client.get(address, headers={"Range": part})) == 206
    assert logged() == [(AccessEvent.DOWNLOADED, "officer", ADDRESS, address)]


def test_a_backend_is_named(notebook: Notebook) -> None:
    row = ServiceToken(name="frontend")
    token = row.issue()
    row.save()
    transcription = Transcription.objects.create(notebook=notebook, title="x", video_id="abcdefghijk")
    Line.objects.create(transcription=transcription, position=0, start=0, end=900, text="はい。")
    address = f"/api/v1/transcriptions/{transcription.pk}/transcript.srt"
    answer = Client(headers={"Authorization": f"Bearer {token}"}).get(address, REMOTE_ADDR=ADDRESS)
    assert answer.status_code == 200, answer.content
    assert logged() == [(AccessEvent.DOWNLOADED, "API: frontend", ADDRESS, address)]


def test_it_is_for_administrators_and_unchangeable(officer: User, client: Client) -> None:
    client.force_login(officer)
    row = AccessRecord.objects.latest("pk")
    page = reverse("admin:tasks_app_accessrecord_change", args=[row.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"event": "signed_out"}).status_code == 403
    assert (
        client.post(reverse("admin:tasks_app_accessrecord_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    )
    found = client.get(reverse("admin:tasks_app_accessrecord_changelist"), {"q": "officer"})
    assert len(found.context["cl"].result_list) == 1


def test_it_is_kept_as_long_as_the_setting_says(settings: Settings) -> None:
    settings.ACCESS_LOG_RETENTION_DAYS = 30
    for days in (29, 31):
        AccessRecord.objects.create(event=AccessEvent.SIGNED_IN, name=f"{days} days", at=Now() - timedelta(days=days))
    assert retention.purge_access_records() == 1
    assert [row.name for row in AccessRecord.objects.all()] == ["29 days"]
