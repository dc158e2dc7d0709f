"""Councils in the console: adding agendas, watching every part, queueing work, and the versions of summaries."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from tasks_app.jobs.transitions import verbs
from tasks_app.models import AgendaItem, AgendaMaterial, AgendaSummary, Council, CouncilMeeting, Job
from tasks_app.models.content.council import agenda_versions
from tasks_app.models.content.council.agenda_summary import SummaryScope
from tasks_app.queues import BULK
from tasks_app.registry import job_types
from tests.console.admin.conftest import Staff
from tests.support.agenda import agenda_item, material
from tests.support.attempts import attempt

LOOK = ("view_council", "view_councilmeeting", "view_agendaitem", "view_agendamaterial")


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def item(db: None) -> AgendaItem:
    return agenda_item(materials=2)


@pytest.fixture
def post(admin: Client) -> Callable[..., str]:
    """Submit a form of the console; the page that follows."""

    def submit(name: str, *args: object, language: str = "en", **fields: object) -> str:
        page = reverse(f"admin:tasks_app_{name}", args=args)
        answer = admin.post(page, fields, follow=True, headers={"Accept-Language": language})
        assert answer.status_code == 200
        return answer.content.decode()

    return submit


def get(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(f"admin:tasks_app_{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def upload(name: str = "資料.txt", content: bytes = "本文です。".encode()) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_from_a_council_to_an_item_with_minutes(post: Callable[..., str]) -> None:
    page = post("council_add", title="除雪対策会議", council_type="council", official_url="", description="")
    assert "除雪対策会議" in page
    council = Council.objects.get()
    post("councilmeeting_add", council=council.pk, number="", title="", place="")
    post("councilmeeting_add", council=council.pk, number="", title="", place="")
    assert sorted(council.meetings.values_list("number", flat=True)) == [1, 2]
    meeting = council.meetings.get(number=2)
    page = post("agendaitem_add", meeting=meeting.pk, number="", title="除雪計画", url="", pasted_text="")
    assert "Now add its materials." in page
    assert "Nothing is attached yet." in page
    assert not Job.objects.exists()
    item = AgendaItem.objects.get()
    post("agendaitem_change", item.pk, number=1, title="除雪計画", url="", pasted_text="○議長　開会します。")
    job = Job.objects.get()
    assert (job.kind, job.subject_id) == ("agenda_minutes", item.pk)


def test_numbers_are_unique_and_said_so(post: Callable[..., str], item: AgendaItem) -> None:
    page = post("councilmeeting_add", council=item.meeting.council_id, number=1, title="", place="")
    assert "The council already has a meeting with this number." in page
    page = post("agendamaterial_add", item=item.pk, number=2, title="a", url="https://www.example.com/a.pdf")
    assert "The agenda item already has a material with this number." in page
    assert item.materials.count() == 2


def test_a_material_by_its_address(post: Callable[..., str], item: AgendaItem) -> None:
    page = post("agendamaterial_add", item=item.pk, title="", url="https://www.example.com/%E8%B3%87%E6%96%993.pdf")
    added = item.materials.get(number=3)
    assert (added.title, added.url, bool(added.file)) == (
        "資料3",
        "https://www.example.com/%E8%B3%87%E6%96%993.pdf",
        False,
    )
    assert Job.objects.get().subject_id == added.pk
    assert "processing has started" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Upload a file or enter a URL."),
        ({"url": "http://www.example.com/a.pdf"}, "Only URLs that start with https:// are fetched."),
        ({"url": "https://169.254.169.254/"}, "169.254.169.254 is not on the public internet."),
        ({"url": "https://[::ffff:127.0.0.1]/"}, "::ffff:127.0.0.1 is not on the public internet."),
        ({"url": "https://me:secret@www.example.com/"}, "The URL contains a user name or a password."),
        ({"url": "https://www.example.com:22/"}, "Port 22 in the URL is not allowed"),
        ({"url": "https://2130706433/"}, "This is not a web URL."),
        ({"url": "https://www.example.com/a.pdf", "file": ("a.txt", b"a")}, "Give only one"),
        ({"file": ("a.exe", b"a")}, "a.exe cannot be read."),
    ],
)
def test_what_cannot_be_taken_is_said_at_once(
    post: Callable[..., str], item: AgendaItem, fields: dict[str, Any], said: str
) -> None:
    sent = {name: upload(*value) if name == "file" else value for name, value in fields.items()}
    assert said in post("agendamaterial_add", item=item.pk, title="", **sent)
    assert item.materials.count() == 2
    assert not Job.objects.exists()


def test_the_newer_way_in_replaces_the_older(post: Callable[..., str], item: AgendaItem) -> None:
    stored = item.materials.get(number=1)
    url = "https://www.example.com/a.pdf"
    post("agendamaterial_change", stored.pk, number=1, title="資料", url=url)
    stored.refresh_from_db()
    assert (stored.url, bool(stored.file), stored.content_digest) == (url, False, "")
    post("agendamaterial_change", stored.pk, number=1, title="資料", url=url, file=upload())
    stored.refresh_from_db()
    assert (stored.url, stored.filename) == ("", "資料.txt")
    assert Job.objects.count() == 1


def test_a_new_title_alone_is_no_reason_to_work(post: Callable[..., str], item: AgendaItem) -> None:
    stored = item.materials.get(number=1)
    post("agendamaterial_change", stored.pk, number=1, title="別の題", url="")
    stored.refresh_from_db()
    assert (stored.title, bool(stored.file)) == ("別の題", True)
    assert not Job.objects.exists()


def test_minutes_put_in_by_mistake_are_taken_away(post: Callable[..., str], item: AgendaItem) -> None:
    post("agendaitem_change", item.pk, number=1, title="t", url="", pasted_text=item.pasted_text, without_minutes="on")
    item.refresh_from_db()
    assert not item.has_minutes
    assert not Job.objects.exists()


def test_many_files_become_materials_with_the_next_numbers(post: Callable[..., str], item: AgendaItem) -> None:
    page = post("agendaitem_upload", item.pk, documents=[upload("a.txt"), upload("表.exe"), upload("c.md")])
    assert list(item.materials.values_list("number", "title")) == [(1, "資料1"), (2, "資料2"), (3, "a"), (4, "c")]
    assert list(Job.objects.filter(kind="agenda_materials").values_list("priority", flat=True)) == [BULK, BULK]
    assert "表.exe cannot be read." in page
    assert "Processing has started for 2 files." in page


def test_all_materials_are_one_job_each(post: Callable[..., str], item: AgendaItem) -> None:
    page = post("agendaitem_work", item.pk, "agenda_materials")
    assert "Processing has started for 2 jobs." in page
    jobs = Job.objects.filter(kind="agenda_materials")
    assert {job.subject_id for job in jobs} == set(item.materials.values_list("pk", flat=True))
    post("agendaitem_work", item.pk, "agenda_materials")
    assert jobs.count() == 2


@pytest.mark.parametrize("kind", ["agenda_content", "agenda_minutes", "agenda_summary"])
def test_every_other_kind_is_one_job_on_the_item(post: Callable[..., str], item: AgendaItem, kind: str) -> None:
    post("agendaitem_work", item.pk, kind, of="minutes")
    job = Job.objects.get()
    assert (job.kind, job.subject_id) == (kind, item.pk)
    assert job.params == ({"of": "minutes"} if kind == "agenda_summary" else {})
    assert job.requested_by == User.objects.get(username="chief")


def test_another_summary_in_the_way_is_named(post: Callable[..., str], item: AgendaItem) -> None:
    job = verbs.enqueue("agenda_summary", item, params={"of": "both"})
    page = post("agendaitem_work", item.pk, "agenda_summary", of="minutes")
    assert "a job with different settings is still running on this item." in page
    assert reverse("admin:tasks_app_job_change", args=[job.pk]) in page


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("agenda_content", {}, "There are neither materials nor minutes yet."),
        ("agenda_materials", {}, "There are no materials yet."),
        ("agenda_minutes", {}, "There are no minutes yet."),
        ("agenda_summary", {"of": "everything"}, "Choose what to summarise."),
    ],
)
def test_nothing_to_work_on(post: Callable[..., str], kind: str, fields: dict[str, str], said: str, db: None) -> None:
    bare = agenda_item(materials=0, minutes="")
    assert said in post("agendaitem_work", bare.pk, kind, **fields)
    assert not Job.objects.exists()


RIGHTS = {
    "agenda_content": "change_agendaitem",
    "agenda_minutes": "change_agendaitem",
    "agenda_materials": "change_agendamaterial",
    "agenda_summary": "add_agendasummary",
}


@pytest.mark.parametrize("kind", RIGHTS)
def test_each_order_has_its_own_right_and_needs_a_post(staff: Staff, item: AgendaItem, kind: str) -> None:
    page = reverse("admin:tasks_app_agendaitem_work", args=[item.pk, kind])
    others = [right for right in RIGHTS.values() if right != RIGHTS[kind]]
    assert staff(*LOOK, *others).post(page, {"of": "both"}).status_code == 403
    assert staff(*LOOK, RIGHTS[kind]).get(page).status_code == 405
    assert not Job.objects.exists()
    assert staff(RIGHTS[kind]).post(page, {"of": "both"}).status_code == (
        302 if RIGHTS[kind] == "change_agendaitem" else 403
    )
    assert staff(*LOOK, RIGHTS[kind]).post(page, {"of": "both"}).status_code == 302
    assert Job.objects.exists()


def test_pages_need_the_right_to_look(staff: Staff, item: AgendaItem) -> None:
    version = agenda_versions.keep_of_job(
        item, SummaryScope.BOTH, verbs.enqueue("agenda_content", item).pk, text="要約"
    )
    pages = [
        reverse("admin:tasks_app_council_change", args=[item.meeting.council_id]),
        reverse("admin:tasks_app_councilmeeting_change", args=[item.meeting_id]),
        reverse("admin:tasks_app_councilmeeting_agenda", args=[item.meeting_id]),
        reverse("admin:tasks_app_agendaitem_change", args=[item.pk]),
        reverse("admin:tasks_app_agendaitem_parts", args=[item.pk]),
        reverse("admin:tasks_app_agendaitem_summary", args=[item.pk, version.of]),
    ]
    for page in pages:
        assert staff("view_source").get(page).status_code == 403
        assert Client().get(page).status_code == 302
        assert staff(*LOOK).get(page).status_code == 200
    for name in ("edit", "choose"):
        page = reverse(f"admin:tasks_app_agendaitem_summary_{name}", args=[item.pk, version.of])
        assert staff(*LOOK).post(page, {"text": "x", "version": 1}).status_code == 403
    assert staff(*LOOK).get(reverse("admin:tasks_app_agendaitem_upload", args=[item.pk])).status_code == 403


def test_a_page_offers_only_what_the_reader_may_do(staff: Staff, item: AgendaItem) -> None:
    page = get(staff(*LOOK), "agendaitem_change", item.pk)
    assert "Process everything</button>" not in page
    assert "Upload materials" not in page
    page = get(staff(*LOOK, "change_agendaitem", "add_agendamaterial"), "agendaitem_change", item.pk)
    assert "Process everything</button>" in page
    assert "Process all materials" not in page
    assert "Upload materials" in page


def test_a_meeting_shows_every_part_without_a_query_per_item(admin: Client, item: AgendaItem) -> None:
    verbs.enqueue("agenda_materials", item.materials.get(number=1))

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page = get(admin, "councilmeeting_change", item.meeting_id)
        assert "0 of 2 done" in page
        return len(captured)

    few = queries()
    for number in range(2, 12):
        other = AgendaItem.objects.create(meeting=item.meeting, number=number, title=f"議題{number}")
        for each in (1, 2, 3):
            verbs.enqueue("agenda_materials", material(other, each))
        verbs.enqueue("agenda_content", other)
    assert queries() == few


def test_an_item_shows_its_parts_without_a_query_per_material(admin: Client, item: AgendaItem) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            get(admin, "agendaitem_parts", item.pk)
        return len(captured)

    verbs.enqueue("agenda_materials", item.materials.get(number=1))
    few = queries()
    for number in range(3, 13):
        verbs.enqueue("agenda_materials", material(item, number))
    assert queries() == few


def test_parts_refresh_while_anything_is_busy(admin: Client, item: AgendaItem) -> None:
    live = f'hx-get="{reverse("admin:tasks_app_agendaitem_parts", args=[item.pk])}"'
    assert live not in get(admin, "agendaitem_change", item.pk)
    job = verbs.enqueue("agenda_materials", item.materials.get(number=1))
    assert live in get(admin, "agendaitem_change", item.pk)
    fragment = get(admin, "agendaitem_parts", item.pk)
    assert live in fragment
    assert "<html" not in fragment
    assert "Queued" in fragment
    verbs.fail(job, by=None, reason="wrong")
    fragment = get(admin, "agendaitem_parts", item.pk)
    assert live not in fragment
    assert "Marked as failed by staff." in fragment


@pytest.fixture
def version(item: AgendaItem) -> AgendaSummary:
    job = verbs.enqueue("agenda_content", item)
    return agenda_versions.keep_of_job(
        item,
        SummaryScope.BOTH,
        job.pk,
        text="計画を決めた。予算は3万円である。",
        provider="extractive",
        figures={
            "parts": 2,
            "missing": [{"title": "資料2", "reason": "%(host)s cannot be reached.", "details": {"host": "a.example"}}],
        },
    )


def test_a_summary_with_its_label_and_what_is_missing(admin: Client, item: AgendaItem, version: AgendaSummary) -> None:
    page = get(admin, "agendaitem_change", item.pk)
    assert "計画を決めた。予算は3万円である。" in page
    assert "Extractive summary (no AI used)" in page
    assert "資料2: a.example cannot be reached." in page


@pytest.mark.django_db(transaction=True)
def test_minutes_show_what_the_meeting_came_to(admin: Client, item: AgendaItem, broker: object) -> None:
    item.pasted_text = (
        "○議長（荻野真一君）　採決します。本案は全会一致で可決しました。\n"
        "○建設課長（西村直子君）　除雪計画は建設課が11月30日までに公表します。\n"
    )
    item.save()
    attempt(job_types["agenda_minutes"], verbs.enqueue("agenda_minutes", item))
    page = get(admin, "agendaitem_change", item.pk)
    assert "Decisions" in page
    assert "本案は全会一致で可決しました。" in page
    assert "11月30日" in page
    assert reverse("admin:tasks_app_agendaitem_read", args=[item.pk]) in page


def test_an_edited_summary_is_kept_and_the_newer_offered_beside_it(
    admin: Client, post: Callable[..., str], item: AgendaItem, version: AgendaSummary
) -> None:
    post("agendaitem_summary_edit", item.pk, "both", text="計画を決めた。予算は5万円である。")
    edited = item.summaries.get(is_current=True)
    assert (edited.number, edited.edited_by, edited.based_on) == (2, User.objects.get(username="chief"), version)
    Job.objects.update(state="cancelled")
    again = verbs.enqueue("agenda_content", item)
    agenda_versions.keep_of_job(
        item, SummaryScope.BOTH, again.pk, text="計画を決めた。予算は9万円である。", provider="model"
    )
    page = get(admin, "agendaitem_change", item.pk)
    assert "予算は5万円である。" in page
    assert "A newer version exists" in page
    page = get(admin, "agendaitem_summary", item.pk, "both")
    assert "<del>予算は5万円である。</del>" in page
    assert "<ins>予算は9万円である。</ins>" in page
    page = post("agendaitem_summary_choose", item.pk, "both", version=3)
    assert "Version 3 is now the current summary." in page
    assert item.summaries.get(is_current=True).number == 3
    answer = admin.get(reverse("admin:tasks_app_agendaitem_summary", args=[item.pk, "both"]), {"version": 1})
    assert "<ins>予算は3万円である。</ins>" in answer.content.decode()


def test_a_summary_saved_unchanged_is_no_new_version(
    post: Callable[..., str], item: AgendaItem, version: AgendaSummary
) -> None:
    post("agendaitem_summary_edit", item.pk, "both", text=version.text)
    assert item.summaries.count() == 1
    assert "The summary cannot be empty." in post("agendaitem_summary_edit", item.pk, "both", text=" \n")


@pytest.mark.parametrize("of", ["minutes", "nothing"])
def test_no_page_for_a_summary_that_is_not_there(
    admin: Client, item: AgendaItem, version: AgendaSummary, of: str
) -> None:
    assert admin.get(reverse("admin:tasks_app_agendaitem_summary", args=[item.pk, of])).status_code == 404


def test_texts_are_escaped(admin: Client, post: Callable[..., str], item: AgendaItem, version: AgendaSummary) -> None:
    post("agendaitem_summary_edit", item.pk, "both", text="<script>alert(1)</script>。")
    for page in (get(admin, "agendaitem_change", item.pk), get(admin, "agendaitem_summary", item.pk, "both")):
        assert "<script>alert" not in page


def test_an_uploaded_material_can_be_downloaded(admin: Client, item: AgendaItem) -> None:
    stored = item.materials.get(number=1)
    answer = admin.get(reverse("admin:tasks_app_agendamaterial_download", args=[stored.pk]))
    assert b"".join(answer) == Path(stored.file.path).read_bytes()
    assert quote(stored.filename) in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("name", ["council", "councilmeeting", "agendaitem", "agendamaterial"])
def test_empty_lists_say_what_to_do_next(admin: Client, name: str) -> None:
    assert "yet. Add" in get(admin, f"{name}_changelist")


def test_lists_cost_no_query_per_row(admin: Client, item: AgendaItem) -> None:
    def queries() -> dict[str, int]:
        counted = {}
        for name in ("council", "councilmeeting", "agendaitem", "agendamaterial"):
            with CaptureQueriesContext(connection) as captured:
                get(admin, f"{name}_changelist")
            counted[name] = len(captured)
        return counted

    few = queries()
    for number in range(2, 6):
        agenda_item(number=number)
    assert queries() == few
    assert AgendaMaterial.objects.count() == 10
    assert CouncilMeeting.objects.count() == 5
