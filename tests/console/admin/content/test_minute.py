"""Minutes in the console: submitted, related to sources, read with every line's place in the text."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tasks_app.job_types.minute import MINUTE
from tasks_app.models import Job, Minute, Notebook, Proceedings, Source
from tests.console.admin.conftest import Staff
from tests.engine.job_types.test_minute import finished
from tests.unit.text.minutes.test_proceedings import MEETING

ADD = "admin:tasks_app_minute_add"


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def stranger(db: None) -> Source:
    other = Notebook.objects.create(title="別のノート")
    return Source.objects.create(notebook=other, title="よその資料", pasted_text="本文です。")


@pytest.fixture
def done(notebook: Notebook) -> Minute:
    minute: Minute = MINUTE.samples(notebook)[0]
    finished(minute)
    return minute


@pytest.fixture
def put_in(admin: Client, notebook: Notebook) -> Callable[..., str]:
    def submit(**fields: object) -> str:
        form = {"notebook": notebook.pk, "title": "", "pasted_text": "", **fields}
        return admin.post(reverse(ADD), form, follow=True).content.decode()

    return submit


def page_of(minute: Minute, view: str = "change") -> str:
    return reverse(f"admin:tasks_app_minute_{view}", args=[minute.pk])


def test_pasted_minutes_with_their_sources_are_sent_to_work(put_in: Callable[..., str], source: Source) -> None:
    page = put_in(pasted_text=MEETING, sources=[source.pk])
    minute, job = Minute.objects.get(), Job.objects.get()
    assert minute.title == "水薗町地域公共交通会議　第４回　会議録"
    assert (job.kind, job.subject_id) == ("minute", minute.pk)
    assert reverse("admin:tasks_app_source_change", args=[source.pk]) in page


def test_a_source_of_another_notebook_is_refused(put_in: Callable[..., str], stranger: Source) -> None:
    page = put_in(pasted_text=MEETING, sources=[stranger.pk])
    assert "Only sources in the same notebook can be related. These are in another one: よその資料." in unescape(page)
    assert not Minute.objects.exists()
    assert not Job.objects.exists()


def test_other_sources_change_no_work(admin: Client, done: Minute, source: Source, stranger: Source) -> None:
    form = {"title": done.title, "pasted_text": ""}
    assert admin.post(page_of(done), {**form, "sources": [source.pk]}).status_code == 302
    assert list(done.sources.all()) == [source]
    assert admin.post(page_of(done), {**form, "sources": [stranger.pk]}).status_code == 200
    assert list(done.sources.all()) == [source]
    assert not Job.objects.exists()


def test_sources_of_the_notebook_alone_are_offered(admin: Client, source: Source, stranger: Source) -> None:
    minute = Minute.objects.create(notebook=source.notebook, title="会議録", pasted_text="本文です。")
    address = re.search(r'data-ajax--url="([^"]*notebook=[^"]*)"', admin.get(page_of(minute)).content.decode())
    assert address is not None
    field = "app_label=tasks_app&model_name=minute&field_name=sources&term="
    offered = admin.get(f"{unescape(address[1])}&{field}").json()["results"]
    assert [one["text"] for one in offered] == [source.title]
    assert len(admin.get(f"{reverse('admin:autocomplete')}?{field}").json()["results"]) == 2


def test_five_megabytes_come_as_a_file(put_in: Callable[..., str]) -> None:
    text = MEETING * (5_000_000 // len(MEETING.encode()))
    page = put_in(pasted_text=text)
    assert "Upload it as a file" in page
    assert not Minute.objects.exists()
    put_in(file=SimpleUploadedFile("会議録.txt", text.encode()))
    assert Minute.objects.get().filename == "会議録.txt"


def test_the_page_shows_what_the_meeting_came_to(admin: Client, done: Minute) -> None:
    page = admin.get(page_of(done)).content.decode()
    assert "Extractive summary (no AI used)" in page
    for expected in (
        "議題２は、そのように決定しました。",
        "<td>鎌田主任</td>",
        "<td>１２月２０日</td>",
        "どのような基準で本格運行に移るか",
        "会長（瀬川恒一）",
        "Show all 26 turns",
    ):
        assert expected in page
    assert page.count(">In the text<") >= 13


def test_each_link_leads_to_its_place_in_the_text(admin: Client, done: Minute) -> None:
    page = admin.get(page_of(done)).content.decode()
    links = [unescape(link) for link in re.findall(r'href="([^"]*/read/\?[^"]*)"', page)]
    lines = {line["text"] for name in ("overview", "decisions", "actions", "questions") for line in _lines(done, name)}
    marked = {_marked(admin.get(link).content.decode()) for link in links}
    assert lines <= marked


def _lines(minute: Minute, name: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = getattr(Proceedings.objects.get(pk=minute.document_id), name)
    return found


def _marked(page: str) -> str:
    found = re.search(r'<mark id="marked"[^>]*>(.*?)</mark>', page, re.DOTALL)
    return unescape(found[1]) if found else ""


@pytest.mark.parametrize(
    "query",
    ["", "start=5&end=2", "start=99999999&end=999999999", "start=-1&end=x", "start=１&end=２", "end=" + "9" * 5000],
)
def test_a_place_that_makes_no_sense_shows_the_text(admin: Client, done: Minute, query: str) -> None:
    answer = admin.get(f"{page_of(done, 'read')}?{query}")
    assert answer.status_code == 200


def test_all_of_a_long_text_can_be_reached(admin: Client, notebook: Notebook) -> None:
    minute = Minute.objects.create(notebook=notebook, title="会議録", pasted_text=MEETING)
    text = "".join(f"{number:05}。" for number in range(5000))
    document = minute.document
    document.text, document.text_digest = text, "a" * 64
    document.save()
    query, seen = "?start=0", set()
    while query:
        page = admin.get(page_of(minute, "read") + query).content.decode()
        seen |= set(re.findall(r"(\d{5})。", page))
        later = re.search(r'href="(\?start=\d+)">Next page', page)
        query = later[1] if later else ""
    assert len(seen) == 5000


def test_a_link_older_than_the_text_says_so(admin: Client, done: Minute) -> None:
    digest = done.document.text_digest[:16]
    told = "The text has changed since this link was created"
    assert told not in admin.get(f"{page_of(done, 'read')}?start=1&end=9&of={digest}").content.decode()
    assert told in admin.get(f"{page_of(done, 'read')}?start=1&end=9&of={'0' * 16}").content.decode()


def test_markup_in_the_text_is_shown_as_text(admin: Client, notebook: Notebook) -> None:
    text = "○会長（瀬川恒一君）　議案<script>alert(1)</script>は可決されました。"
    minute = Minute.objects.create(notebook=notebook, title="会議録", pasted_text=text)
    finished(minute)
    for view in ("change", "read"):
        assert "<script>alert" not in admin.get(page_of(minute, view)).content.decode()


def test_minutes_without_speakers_say_how_to_name_them(admin: Client, notebook: Notebook) -> None:
    minute = Minute.objects.create(notebook=notebook, title="会議録", pasted_text="本件は可決されました。次に進んだ。")
    finished(minute)
    page = admin.get(page_of(minute)).content.decode()
    assert "The text does not name its speakers." in page
    assert "No action items were found in the text." in page


def test_what_a_model_invented_is_told(admin: Client, done: Minute) -> None:
    Proceedings.objects.update(dropped={"quote": 3, "who": 1})
    page = admin.get(page_of(done)).content.decode()
    assert "3 lines whose quotation is not in the text" in page
    assert "What was not used" not in page


def test_what_became_no_turn_and_no_decision_is_said(admin: Client, done: Minute) -> None:
    Proceedings.objects.update(
        dropped={"label": 2}, decisions=[{"text": "可決した。", "spans": [], "about": "議案第３号"}]
    )
    page = admin.get(page_of(done)).content.decode()
    assert "2 lines that begin like a speaker and name nobody" in page
    assert "<strong>議案第３号</strong> 可決した。" in page


def test_the_notebook_leads_to_its_minutes(admin: Client, done: Minute) -> None:
    page = admin.get(reverse("admin:tasks_app_notebook_change", args=[done.notebook_id])).content.decode()
    assert "Minutes (1)" in page
    assert f"{reverse('admin:tasks_app_minute_changelist')}?notebook={done.notebook_id}" in page
    delete = admin.get(reverse("admin:tasks_app_notebook_delete", args=[done.notebook_id])).content.decode()
    assert done.title in delete


@pytest.mark.parametrize("view", ["change", "live", "read", "text", "download"])
def test_reading_needs_the_view_right(done: Minute, staff: Staff, client: Client, view: str) -> None:
    assert client.get(page_of(done, view)).status_code == 302
    assert staff("view_source").get(page_of(done, view)).status_code == 403
    answer = staff("view_minute").get(page_of(done, view))
    answer.close()
    assert answer.status_code == 200


def test_related_sources_are_named_only_to_who_may_see_them(done: Minute, source: Source, staff: Staff) -> None:
    done.sources.add(source)
    link = reverse("admin:tasks_app_source_change", args=[source.pk])
    assert link not in staff("view_minute").get(page_of(done)).content.decode()
    assert link in staff("view_minute", "view_source").get(page_of(done)).content.decode()
