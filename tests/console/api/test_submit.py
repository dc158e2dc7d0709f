"""Putting things in over HTTP: 202, the job, and never twice the same."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from tasks_app.models import (
    AgendaItem,
    AgendaMaterial,
    ChatMessage,
    Council,
    CouncilMeeting,
    DocumentCheck,
    Job,
    Minute,
    Notebook,
    SlideDeck,
    Source,
    Transcription,
)
from tasks_app.models.content.check.check_words import usual_categories
from tests.console.api.conftest import SignIn

pytestmark = pytest.mark.django_db

JSON = "application/json"


def post(client: Client, path: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(f"/api/v1/{path}", body, JSON, headers=headers)


def upload(name: str = "報告.txt", content: bytes = "本文です。".encode()) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def item(owner: User) -> AgendaItem:
    council = Council.objects.create(title="市議会", owner=owner)
    meeting = CouncilMeeting.objects.create(council=council, number=1)
    return AgendaItem.objects.create(meeting=meeting, number=1, title="議案第1号", pasted_text="会議の記録。")


def assert_accepted(answer: Any, kind: str) -> Job:
    assert answer.status_code == 202, answer.content
    body = answer.json()
    assert body["kind"] == kind
    assert body["state"] == "queued"
    assert answer["Location"] == f"/api/v1/jobs/{body['id']}"
    assert answer["Retry-After"] == str(body["retry_after"])
    assert "Operation-Location" not in answer
    return Job.objects.get(pk=body["id"])


def test_a_text_becomes_a_source(mine: Client, notebook: Notebook, owner: User) -> None:
    job = assert_accepted(post(mine, "sources", {"notebook": str(notebook.pk), "text": "# 題\n本文。"}), "source")
    source = Source.objects.get(pk=job.subject_id)
    assert (source.title, source.pasted_text, source.created_by) == ("題", "# 題\n本文。", owner)
    assert job.requested_by == owner


def test_an_upload_becomes_a_source(service: Client, notebook: Notebook) -> None:
    answer = service.post("/api/v1/sources", {"notebook": str(notebook.pk), "file": upload()})
    job = assert_accepted(answer, "source")
    assert Source.objects.get(pk=job.subject_id).filename == "報告.txt"
    assert job.request_reason == "API: frontend"
    assert answer["Read-Token"].startswith("nbr_")


def test_minutes_know_their_sources(mine: Client, notebook: Notebook, source: Source) -> None:
    body = {"notebook": str(notebook.pk), "text": "会議録。", "sources": [str(source.pk)]}
    job = assert_accepted(post(mine, "minutes", body), "minute")
    assert list(Minute.objects.get(pk=job.subject_id).sources.all()) == [source]


def test_a_document_check(mine: Client, owner: User) -> None:
    answer = mine.post("/api/v1/document-checks", {"file": upload(), "categories": ["typo"], "profile": "notice"})
    check = DocumentCheck.objects.get(pk=assert_accepted(answer, "document_check").subject_id)
    assert (check.categories, check.profile, check.created_by, check.notebook) == (["typo"], "notice", owner, None)


@pytest.mark.parametrize("form", [{}, {"profile": "notice"}])
def test_optional_fields_may_be_left_out_of_a_form(mine: Client, form: dict[str, str]) -> None:
    answer = mine.post("/api/v1/document-checks", {"file": upload(), **form})
    check = DocumentCheck.objects.get(pk=assert_accepted(answer, "document_check").subject_id)
    assert check.categories == sorted(usual_categories())


def test_a_slide_deck(mine: Client, notebook: Notebook, source: Source) -> None:
    body = {"notebook": str(notebook.pk), "sources": [str(source.pk)], "target_slides": 5}
    deck = SlideDeck.objects.get(pk=assert_accepted(post(mine, "slide-decks", body), "slides").subject_id)
    assert (deck.target_slides, deck.title, list(deck.sources.all())) == (5, source.title, [source])


def test_a_question_and_the_jobs_of_its_chat(mine: Client, notebook: Notebook, owner: User, source: Source) -> None:
    first = post(mine, "chat-messages", {"notebook": str(notebook.pk), "question": "いつですか。"})
    message = ChatMessage.objects.get(pk=assert_accepted(first, "chat").subject_id)
    assert message.session.owner == owner
    second = post(mine, "chat-messages", {"session": str(message.session_id), "question": "どこですか。"})
    ids = [first.json()["id"], assert_accepted(second, "chat").pk]
    listed = mine.get("/api/v1/jobs", {"chat_session_id": str(message.session_id), "active": "true"}).json()
    assert {item["id"] for item in listed["items"]} == set(map(str, ids))
    result = mine.get(f"/api/v1/chat-messages/{message.pk}").json()
    assert (result["question"], result["answer"], result["complete"]) == ("いつですか。", "", False)


def test_a_chat_is_private(sign_in: SignIn, mine: Client, notebook: Notebook, viewer: User) -> None:
    viewer.user_permissions.set(Permission.objects.filter(content_type__app_label="tasks_app"))
    job = assert_accepted(post(mine, "chat-messages", {"notebook": str(notebook.pk), "question": "問い"}), "chat")
    session = ChatMessage.objects.get(pk=job.subject_id).session_id
    staff = sign_in(viewer)
    assert staff.get(f"/api/v1/chat-messages/{job.subject_id}").status_code == 404
    assert post(staff, "chat-messages", {"session": str(session), "question": "問い"}).status_code == 400


def test_a_transcription(mine: Client, notebook: Notebook) -> None:
    body = {"notebook": str(notebook.pk), "url": "https://youtu.be/dQw4w9WgXcQ"}
    job = assert_accepted(post(mine, "transcriptions", body), "transcription")
    assert Transcription.objects.get(pk=job.subject_id).video_id == "dQw4w9WgXcQ"
    other = post(mine, "transcriptions", {**body, "url": "https://example.com/watch?v=dQw4w9WgXcQ"})
    assert (other.status_code, other.json()["errors"][0]["name"]) == (400, "url")


def test_work_on_an_agenda_item(mine: Client, item: AgendaItem) -> None:
    path = f"agenda-items/{item.pk}/jobs"
    assert_accepted(post(mine, path, {}), "agenda_content")
    assert_accepted(post(mine, path, {"kind": "agenda_minutes"}), "agenda_minutes")
    job = assert_accepted(post(mine, path, {"kind": "agenda_summary", "of": "minutes"}), "agenda_summary")
    assert job.params == {"of": "minutes"}
    busy = post(mine, path, {"kind": "agenda_summary", "of": "both"})
    assert (busy.status_code, busy.json()["job"]) == (409, str(job.pk))
    assert post(mine, path, {"kind": "agenda_summary"}).status_code == 400
    assert post(mine, path, {"kind": "source"}).status_code == 400


def test_all_materials_have_a_job_each(mine: Client, item: AgendaItem) -> None:
    path = f"agenda-items/{item.pk}/jobs"
    assert post(mine, path, {"kind": "agenda_materials"}).status_code == 400
    for number in (1, 2):
        AgendaMaterial.objects.create(item=item, number=number, title=f"資料{number}", file=upload())
    answer = post(mine, path, {"kind": "agenda_materials"})
    assert answer.status_code == 202
    ids = [one["id"] for one in answer.json()["items"]]
    assert len(ids) == 2
    assert mine.get(answer["Location"]).json()["missing"] == []


def test_asked_twice_the_active_job_answers(mine: Client, source: Source) -> None:
    path = f"sources/{source.pk}/jobs"
    first, second = (assert_accepted(post(mine, path, {}), "source") for _ in range(2))
    assert first == second


def test_the_result_of_each_kind_can_be_read(mine: Client, notebook: Notebook, item: AgendaItem) -> None:
    """Before there is any: nothing is invented."""
    pk = str(notebook.pk)
    made = {
        "sources": Source.objects.create(notebook=notebook, title="a", pasted_text="x"),
        "minutes": Minute.objects.create(notebook=notebook, title="a", pasted_text="x"),
        "agenda-items": item,
        "slide-decks": SlideDeck.objects.create(notebook=notebook, title="a", source_text="x"),
        "document-checks": DocumentCheck.objects.create(notebook=notebook, title="a", file=upload()),
        "transcriptions": Transcription.objects.create(notebook=notebook, title="a", video_id="dQw4w9WgXcQ"),
    }
    for path, subject in made.items():
        answer = mine.get(f"/api/v1/{path}/{subject.pk}")
        assert (answer.status_code, answer.json()["id"]) == (200, str(subject.pk)), path
        assert mine.get(f"/api/v1/{path}/{pk}").status_code == 404
        assert answer["ETag"]
    assert mine.get(f"/api/v1/slide-decks/{made['slide-decks'].pk}/deck.pptx").status_code == 404
    assert mine.get(f"/api/v1/transcriptions/{made['transcriptions'].pk}/transcript.srt").status_code == 404


def test_strangers_put_nothing_in(sign_in: SignIn, stranger: User, notebook: Notebook, source: Source) -> None:
    client = sign_in(stranger)
    theirs = post(client, "sources", {"notebook": str(notebook.pk), "text": "x"})
    unknown = post(client, "sources", {"notebook": str(uuid4()), "text": "x"})
    assert theirs.status_code == unknown.status_code == 400
    assert [error["name"] for error in theirs.json()["errors"]] == ["notebook"]
    assert str(notebook.pk) in theirs.json()["errors"][0]["detail"]
    assert post(client, f"sources/{source.pk}/jobs", {}).status_code == 404
    assert Source.objects.count() == 1


def test_staff_need_the_right(sign_in: SignIn, clerk: User, notebook: Notebook, source: Source) -> None:
    client = sign_in(clerk)
    body = {"notebook": str(notebook.pk), "text": "x"}
    assert post(client, "sources", body).status_code == 400
    clerk.user_permissions.set(Permission.objects.filter(codename__in=("add_source", "view_notebook", "view_source")))
    assert_accepted(post(client, "sources", body), "source")
    assert post(client, f"sources/{source.pk}/jobs", {}).status_code == 403


def test_a_source_of_another_notebook_is_not_told(mine: Client, notebook: Notebook, stranger: User) -> None:
    foreign = Notebook.objects.create(title="他", owner=stranger)
    hidden = Source.objects.create(notebook=foreign, title="秘密の題", pasted_text="x")
    body = {"notebook": str(notebook.pk), "text": "x", "sources": [str(hidden.pk)]}
    answer = post(mine, "minutes", body)
    assert answer.status_code == 400
    assert "秘密の題" not in answer.content.decode()


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"text": ""}, "file"),
        ({"text": " \n "}, "file"),
        ({"text": "a\x00b"}, "text"),
        ({"text": "\ud800"}, "text"),
        ({"text": "x", "title": "x" * 256}, "title"),
        ({"text": 5, "title": ["a"]}, "title"),
        ({"text": "x" * 1001}, "text"),
        ({"text": "x", "notebook": "nonsense"}, "notebook"),
        ({"text": "x", "notebook": None}, "notebook"),
        ({"text": "x", "notebook": {"$ne": 1}}, "notebook"),
        ({"text": "x", "notebook": "' OR 1=1 --"}, "notebook"),
        ({"text": "x", "file": "not a file"}, "file"),
    ],
)
def test_what_is_wrong_is_named(
    mine: Client, notebook: Notebook, settings: Settings, body: dict[str, Any], name: str
) -> None:
    settings.PASTED_TEXT_MAX_CHARACTERS = 1000
    answer = post(mine, "sources", {"notebook": str(notebook.pk), **body})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert name in [error["name"] for error in answer.json()["errors"]]
    assert not Source.objects.exists()


@pytest.mark.parametrize(("name", "content"), [("a.exe", b"x"), ("a.txt", b""), ("a.txt", b"x" * 2000)])
def test_bad_files_are_refused(mine: Client, notebook: Notebook, settings: Settings, name: str, content: bytes) -> None:
    settings.UPLOAD_MAX_BYTES = 1000
    answer = mine.post("/api/v1/sources", {"notebook": str(notebook.pk), "file": upload(name, content)})
    assert (answer.status_code, answer.json()["errors"][0]["name"]) == (400, "file")


def test_the_owner_requeues_what_failed(mine: Client, job: Job) -> None:
    address = f"/api/v1/jobs/{job.pk}/requeue"
    assert mine.post(address).status_code == 409
    assert mine.post(f"/api/v1/jobs/{job.pk}/cancel").status_code == 202
    answer = mine.post(address)
    assert (answer.status_code, answer.json()["id"], answer.json()["state"]) == (202, str(job.pk), "queued")
    Job.objects.filter(pk=job.pk).update(state="succeeded")
    assert mine.post(address).status_code == 409


def test_only_staff_with_the_right_requeue_for_others(sign_in: SignIn, viewer: User, stranger: User, job: Job) -> None:
    address = f"/api/v1/jobs/{job.pk}/requeue"
    assert sign_in(stranger).post(address).status_code == 404
    assert sign_in(viewer).post(address).status_code == 403


def test_a_notebook_counts_its_jobs(
    sign_in: SignIn, mine: Client, stranger: User, notebook: Notebook, job: Job
) -> None:
    address = f"/api/v1/notebooks/{notebook.pk}/jobs"
    body = mine.get(address).json()
    assert body["states"] == {"queued": 1, "running": 0, "succeeded": 0, "failed": 0, "cancelled": 0}
    assert body["kinds"] == [{"kind": "source", **body["states"]}]
    assert sign_in(stranger).get(address).status_code == 404
    assert mine.get("/api/v1/notebooks/nonsense/jobs").status_code == 404
