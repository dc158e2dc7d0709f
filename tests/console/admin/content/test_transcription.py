"""Putting a video, a recording or subtitles in, listening, reading, and taking the text out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from tasks_app.job_types.transcription import TRANSCRIPTION
from tasks_app.jobs.transitions import verbs
from tasks_app.models import (
    AgendaItem,
    Attempt,
    Correction,
    Council,
    CouncilMeeting,
    Job,
    Line,
    Notebook,
    Source,
    StageResult,
    Transcription,
)
from tasks_app.models.engine.job import State
from tasks_app.text.speech import subtitles
from tests.console.admin.conftest import Staff
from tests.engine.providers.speech_server import speech_server
from tests.support.attempts import attempt
from tests.support.recordings import SOUND, recorded

ID = "abcDEF_-123"


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def put_in(admin: Client, notebook: Notebook) -> Callable[..., str]:
    def submit(language: str = "en", **fields: object) -> str:
        form = {"notebook": notebook.pk, "title": "", "url": "", **fields}
        page = reverse("admin:tasks_app_transcription_add")
        answer = admin.post(page, form, follow=True, headers={"Accept-Language": language})
        assert answer.status_code == 200
        return answer.content.decode()

    return submit


@pytest.fixture
def imported(notebook: Notebook) -> Transcription:
    found: Transcription = TRANSCRIPTION.samples(notebook)[0]
    return found


@pytest.fixture
def finished(imported: Transcription, broker: object) -> Transcription:
    """Imported subtitles, worked on."""
    attempt(TRANSCRIPTION, verbs.enqueue("transcription", imported))
    return imported


@pytest.fixture(name="recorded")
def _recorded(notebook: Notebook) -> Transcription:
    return recorded(notebook, waiting=True)


def page(name: str, transcription: Transcription) -> str:
    return reverse(f"admin:tasks_app_transcription_{name}", args=[transcription.pk])


def test_a_video_is_stored_by_its_id_and_sent_to_work(put_in: Callable[..., str]) -> None:
    text = put_in(url=f"https://youtu.be/{ID}?t=3")
    found = Transcription.objects.get()
    assert (found.video_id, found.title) == (ID, f"YouTube {ID}")
    assert Job.objects.get().kind == "transcription"
    assert "processing has started" in text


def test_a_recording_is_stored_with_its_name(put_in: Callable[..., str]) -> None:
    put_in(file=SimpleUploadedFile("第1回 会議.mp3", b"abc"))
    found = Transcription.objects.get()
    assert (found.title, found.filename, found.video_id) == ("第1回 会議", "第1回 会議.mp3", "")


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "neither": ({}, "Enter a video URL or upload a file."),
    "both": (
        {"url": f"https://youtu.be/{ID}", "file": ("a.mp3", b"a")},
        "Give either a URL or a file, not both.",
    ),
    "other site": ({"url": "https://vimeo.com/1"}, "Only YouTube video URLs are supported."),
    "playlist": ({"url": "https://www.youtube.com/playlist?list=PL1"}, "This is the URL of a playlist."),
    "no video": ({"url": "https://www.youtube.com/@town"}, "No video was recognised in this URL."),
    "another kind of file": ({"file": ("a.exe", b"MZ")}, "a.exe cannot be read."),
    "empty file": ({"file": ("a.mp3", b"")}, "is empty"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_taken_is_refused_with_its_reason(case: str, put_in: Callable[..., str]) -> None:
    fields, reason = REFUSED[case]
    upload = fields.get("file")
    if isinstance(upload, tuple):
        fields = {**fields, "file": SimpleUploadedFile(*upload)}
    assert reason in put_in(**fields)
    assert not Transcription.objects.exists()


def test_a_recording_above_the_limit_is_refused_by_the_form(put_in: Callable[..., str], settings: Settings) -> None:
    settings.MEDIA_MAX_BYTES = 2
    assert "is too large" in put_in(file=SimpleUploadedFile("a.mp3", b"abc"))


def test_a_video_replaces_a_file_and_the_other_way_round(
    admin: Client, imported: Transcription, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    address = page("change", imported)
    admin.post(address, {"title": "題", "url": f"https://youtu.be/{ID}"})
    imported.refresh_from_db()
    assert (imported.video_id, imported.file.name, imported.filename) == (ID, "", "")
    assert Job.objects.count() == 1
    admin.post(address, {"title": "題", "url": f"https://youtu.be/{ID}"})
    assert Job.objects.count() == 1, "nothing new, nothing to do"
    verbs.cancel(Job.objects.get(), by=None)
    admin.post(address, {"title": "題", "url": f"https://youtu.be/{ID}", "file": SimpleUploadedFile("a.srt", b"1")})
    imported.refresh_from_db()
    assert (imported.video_id, imported.filename) == ("", "a.srt")
    assert Job.objects.filter(state=State.QUEUED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_page_of_a_finished_one_shows_lines_and_who_formatted(admin: Client, finished: Transcription) -> None:
    text = admin.get(page("change", finished)).content.decode()
    assert "Formatted by rules only (no AI used)" in text
    assert "それでは、みどりの丘地区のまちづくり説明会を始めます。" in text
    assert "1:08" in text
    assert 'id="player"' not in text


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", ["srt", "vtt"])
def test_subtitles_can_be_taken_out(admin: Client, finished: Transcription, form: str) -> None:
    answer = admin.get(page(form, finished))
    cues = subtitles.read(answer.content, f".{form}").cues
    rows = Line.objects.values_list("start", "end", "text")
    assert [(cue.start, cue.end, cue.text) for cue in cues] == list(rows)
    assert f".{form}" in answer.headers["Content-Disposition"]


@pytest.mark.django_db(transaction=True)
def test_a_source_is_made_of_it_by_those_who_may(
    admin: Client, finished: Transcription, staff: Staff, client: Client
) -> None:
    address = page("source", finished)
    assert client.post(address).status_code == 302
    assert staff("view_transcription").post(address).status_code == 403
    assert staff("add_source").post(address).status_code == 403
    assert admin.get(address).status_code == 405
    assert not Source.objects.exists()
    answer = admin.post(address, follow=True)
    source = Source.objects.get()
    finished.document.refresh_from_db()
    assert source.pasted_text == finished.document.formatted_text
    assert source.notebook == finished.notebook
    assert Job.objects.filter(kind="source", subject_id=source.pk, state=State.QUEUED).exists()
    assert "processing has started" in answer.content.decode()


@pytest.fixture
def item(notebook: Notebook) -> AgendaItem:
    """One without minutes, beside one that has some."""
    council = Council.objects.create(title="まちづくり審議会", owner=notebook.owner)
    meeting = CouncilMeeting.objects.create(council=council, number=1)
    AgendaItem.objects.create(meeting=meeting, number=2, title="済んだ議題", pasted_text="議事録です。")
    return AgendaItem.objects.create(meeting=meeting, number=1, title="駅前広場")


@pytest.mark.django_db(transaction=True)
def test_it_becomes_the_minutes_of_an_item_that_has_none(
    admin: Client, finished: Transcription, item: AgendaItem, staff: Staff, client: Client
) -> None:
    address = page("minutes", finished)
    assert client.get(address).status_code == 302
    assert staff("view_transcription").post(address, {"item": item.pk}).status_code == 403
    assert staff("change_agendaitem").post(address, {"item": item.pk}).status_code == 403
    offered = admin.get(address).content.decode()
    assert "駅前広場" in offered
    assert "済んだ議題" not in offered
    item.refresh_from_db()
    assert not item.has_minutes, "looking changes nothing"
    admin.post(address, {"item": item.pk})
    item.refresh_from_db()
    finished.document.refresh_from_db()
    assert item.pasted_text == finished.document.formatted_text
    assert Job.objects.filter(kind="agenda_minutes", subject_id=item.pk, state=State.QUEUED).exists()
    assert "Every agenda item already has minutes." in admin.post(address, {"item": item.pk}).content.decode()


def test_no_source_is_made_of_nothing(admin: Client, recorded: Transcription) -> None:
    answer = admin.post(page("source", recorded), follow=True)
    assert "There is no text to use yet." in answer.content.decode()
    assert not Source.objects.exists()


def test_stored_segments_without_a_transcript_are_told(admin: Client, recorded: Transcription) -> None:
    text = admin.get(page("change", recorded)).content.decode()
    assert "3 segments are stored but not transcribed yet." in text
    assert 'id="player"' in text
    assert admin.get(page("srt", recorded)).status_code == 404


RANGES = [
    ("bytes=0-99", 206, (0, 100)),
    ("bytes=100-", 206, (100, None)),
    ("bytes=-10", 206, (-10, None)),
    (f"bytes=10-{10**9}", 206, (10, None)),
    ("bytes=0-0", 206, (0, 1)),
    ("", 200, (0, None)),
    ("bytes=-", 200, (0, None)),
    ("bytes=0-1,5-6", 200, (0, None)),
    ("lines=1-2", 200, (0, None)),
]


@pytest.mark.parametrize(("wish", "status", "part"), RANGES)
def test_a_player_can_jump(
    admin: Client, recorded: Transcription, wish: str, status: int, part: tuple[int, int | None]
) -> None:
    answer = admin.get(page("recording", recorded), headers={"Range": wish} if wish else {})
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    expected = SOUND[slice(*part)]
    assert (answer.status_code, content) == (status, expected)
    assert answer.headers["Content-Length"] == str(len(expected))
    assert answer.headers["Content-Type"] == "audio/wav"
    assert answer.headers["Accept-Ranges"] == "bytes"
    if status == 206:
        first = SOUND.index(expected) if len(expected) > 50 else int(answer.headers["Content-Range"][6:].split("-")[0])
        last = first + len(expected) - 1
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(SOUND)}"


@pytest.mark.parametrize("wish", [f"bytes={len(SOUND)}-", "bytes=9-3", "bytes=-0"])
def test_a_range_that_is_none(admin: Client, recorded: Transcription, wish: str) -> None:
    answer = admin.get(page("recording", recorded), headers={"Range": wish})
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{len(SOUND)}")


def test_the_recording_asks_for_the_right_to_see_it(
    admin: Client, recorded: Transcription, imported: Transcription, staff: Staff, client: Client
) -> None:
    for name in ("recording", "srt", "change", "live"):
        assert client.get(page(name, recorded)).status_code == 302
        assert staff().get(page(name, recorded)).status_code == 403
    assert staff("view_transcription").get(page("recording", recorded)).status_code == 200
    assert admin.get(page("recording", imported)).status_code == 404
    recorded.file.storage.delete(str(recorded.file.name))
    assert admin.get(page("recording", recorded)).status_code == 404


def test_the_form_says_where_the_sound_goes(admin: Client, settings: Settings) -> None:
    address = reverse("admin:tasks_app_transcription_add")
    assert "No speech server is configured" in admin.get(address).content.decode()
    settings.WHISPER_SERVER_URL, settings.WHISPER_MODEL = "https://speech.example.org/v1", "whisper"
    assert "The audio is sent to: speech.example.org." in admin.get(address).content.decode()
    source_form = admin.get(reverse("admin:tasks_app_source_add")).content.decode()
    assert "speech.example.org" not in source_form


def test_the_connection_test_listens(admin: Client, settings: Settings) -> None:
    with speech_server() as server:
        settings.WHISPER_SERVER_URL, settings.WHISPER_MODEL = server.url, "whisper"
        settings.CHAT_TIMEOUT_SECONDS = 5.0
        text = admin.post(reverse("admin:tasks_app_providerstate_test")).content.decode()
    assert "transcribes audio" in text
    assert len(server.asked) == 1


# Correcting what was said.


@pytest.mark.django_db(transaction=True)
def test_a_line_is_corrected_in_place_and_later_stages_follow(admin: Client, finished: Transcription) -> None:
    line = Line.objects.filter(transcription=finished)[1]
    form = {"position": line.position, "before": line.text, "after": "校正した\n発言です。<b>"}
    shown = admin.post(page("correct", finished), form, follow=True).content.decode()
    assert "1 line was corrected" in shown
    assert "校正した発言です。&lt;b&gt;" in shown
    job = Job.objects.latest("created_at")
    assert job.state == State.QUEUED
    attempt(TRANSCRIPTION, job)
    finished.refresh_from_db()
    again = Line.objects.get(transcription=finished, position=line.position)
    assert (again.start, again.end, again.text) == (line.start, line.end, "校正した発言です。<b>")
    for text in (finished.document.text, finished.document.formatted_text):
        assert "校正した発言です。" in text
        assert line.text not in text
    correction = Correction.objects.get()
    assert (correction.before, correction.after, correction.created_by_id) == (
        line.text,
        again.text,
        job.requested_by_id,
    )
    stale = admin.post(page("correct", finished), form, follow=True).content.decode()
    assert "This line has changed in the meantime." in stale
    assert f"<del>{line.text}</del>" in stale


@pytest.mark.django_db(transaction=True)
def test_a_wording_is_replaced_everywhere_and_survives_a_new_start(admin: Client, finished: Transcription) -> None:
    lines = list(Line.objects.filter(transcription=finished, text__contains="説明").values_list("text", flat=True))
    assert len(lines) > 1
    shown = admin.post(page("replace", finished), {"sought": "説明", "replacement": "解説"}, follow=True)
    assert f"{len(lines)} lines were corrected" in shown.content.decode()
    attempt(TRANSCRIPTION, Job.objects.latest("created_at"))
    StageResult.objects.all().delete()
    attempt(TRANSCRIPTION, verbs.enqueue("transcription", finished))
    assert not Line.objects.filter(transcription=finished, text__contains="説明").exists()
    assert set(Line.objects.values_list("text", flat=True)) >= {line.replace("説明", "解説") for line in lines}
    for form, told in (
        ({"sought": "存在しない語"}, "No line contains"),
        ({"sought": ""}, "Enter the text to replace."),
        ({"sought": "説\0明"}, "Null characters are not allowed."),
    ):
        assert told in admin.post(page("replace", finished), form, follow=True).content.decode()
    for position in ("", "x", "-1", "9" * 30):
        form = {"position": position, "before": "", "after": ""}
        assert "There is no such line." in admin.post(page("correct", finished), form, follow=True).content.decode()
    form = {"position": "99999", "before": "", "after": ""}
    assert "has changed in the meantime" in admin.post(page("correct", finished), form, follow=True).content.decode()


@pytest.mark.django_db(transaction=True)
def test_correcting_needs_the_right_to_change(finished: Transcription, staff: Staff) -> None:
    reader = staff("view_transcription")
    assert "Replace in all lines" not in reader.get(page("change", finished)).content.decode()
    assert reader.post(page("replace", finished), {"sought": "説明"}).status_code == 403


def test_the_page_names_who_transcribed_and_what_was_left_out(
    admin: Client, notebook: Notebook, broker: object
) -> None:
    found = recorded(notebook)
    job = verbs.enqueue("transcription", found)
    first = Attempt.objects.create(job=job, run=1, number=1, task_id=uuid4(), input_digest="", due_at=timezone.now())
    figures = {"model": "whisper-large", "silent_lines": 2}
    StageResult.objects.create(
        job=job, attempt=first, kind=job.kind, subject_id=found.pk, stage="transcribe", key="", figures=figures
    )
    shown = admin.get(page("change", found)).content.decode()
    assert "Transcribed by whisper-large" in shown
    assert "2 lines that were recognised in silence were left out." in shown
