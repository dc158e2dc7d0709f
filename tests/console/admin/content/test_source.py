"""Putting a source in, replacing it, reading what came out, deleting it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tasks_app.jobs.transitions import verbs
from tasks_app.models import Chunk, Document, Job, Notebook, Source
from tasks_app.models.engine.job import State
from tests.console.admin.conftest import JobIn, start
from tests.unit.text.extraction.hostile import office

LANGUAGES = ("en", "ja")


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def put_in(admin: Client, notebook: Notebook) -> Callable[..., str]:
    """Submit the form for a new source; the page that follows."""

    def submit(language: str = "en", **fields: object) -> str:
        form = {"notebook": notebook.pk, "title": "", "pasted_text": "", **fields}
        answer = admin.post(
            reverse("admin:tasks_app_source_add"), form, follow=True, headers={"Accept-Language": language}
        )
        assert answer.status_code == 200
        return answer.content.decode()

    return submit


def upload(name: str = "議事録 第3回.txt", content: bytes = "本文です。".encode()) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def change(client: Client, source: Source, **fields: object) -> str:
    form = {"title": source.title, "pasted_text": source.pasted_text, **fields}
    page = reverse("admin:tasks_app_source_change", args=[source.pk])
    return client.post(page, form, follow=True).content.decode()


def test_a_file_is_stored_and_its_job_enqueued_for_who_asked(put_in: Callable[..., str]) -> None:
    page = put_in(file=upload())
    source = Source.objects.get()
    job = Job.objects.get()
    assert (source.title, source.filename) == ("議事録 第3回", "議事録 第3回.txt")
    assert (job.kind, job.subject_id, job.state) == ("source", source.pk, State.QUEUED)
    assert job.requested_by == source.created_by
    assert job.requested_by is not None
    assert "processing has started" in page
    assert "Queued" in page


def test_a_pasted_text_is_made_storable_and_titled_by_its_first_line(put_in: Callable[..., str]) -> None:
    put_in(pasted_text="\r\n# 防災計画\r\n本文\0です。")
    source = Source.objects.get()
    assert (source.title, source.pasted_text) == ("防災計画", "\n# 防災計画\n本文です。")


REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "neither": (
        {},
        "Upload a file or paste text.",
        "ファイルをアップロードするか、テキストを貼り付けてください。",
    ),
    "blank": ({"pasted_text": " \r\n "}, "Upload a file or paste text.", "ファイルをアップロードするか"),
    "both": (
        {"file": ("a.txt", b"a"), "pasted_text": "b"},
        "Give either a file or a text, not both.",
        "どちらか一方だけを指定してください。",
    ),
    "empty": ({"file": ("a.txt", b"")}, "The submitted file is empty.", "空で"),
    "unsupported": (
        {"file": ("a.xls", b"a")},
        "a.xls cannot be read. Supported file types: .txt .md .pdf .docx .pptx .xlsx .csv .html .htm. Open the file, "
        "save it as .xlsx and upload that.",
        "ファイルを開き、.xlsxとして保存してからアップロードしてください。",
    ),
    "too large": ({"file": ("a.txt", b"a" * 101)}, "a.txt is too large: 101", "a.txtは大きすぎます"),
    "too long": (
        {"pasted_text": "長" * 51},
        "The text is too long: 51 characters",
        "テキストが長すぎます（51文字）",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_taken_is_said_in_the_readers_language(
    case: str, language: str, put_in: Callable[..., str], settings: Settings
) -> None:
    settings.UPLOAD_MAX_BYTES, settings.PASTED_TEXT_MAX_CHARACTERS = 100, 50
    fields, english, japanese = REFUSED[case]
    sent = {name: upload(*value) if name == "file" else value for name, value in fields.items()}
    page = put_in(language, **sent)
    assert (english if language == "en" else japanese) in page
    assert not Source.objects.exists()
    assert not Job.objects.exists()


def test_replacing_the_text_enqueues_again_and_the_newer_wins(source: Source, admin: Client) -> None:
    job = verbs.enqueue("source", source)
    start(job)
    change(admin, source, pasted_text="新しい本文です。")
    source.refresh_from_db()
    job.refresh_from_db()
    assert source.pasted_text == "新しい本文です。"
    assert job.input_digest == source.content_digest
    assert Job.objects.count() == 1


def test_a_new_file_takes_the_place_of_a_text_and_back(source: Source, admin: Client) -> None:
    change(admin, source, file=upload("新.md"))
    source.refresh_from_db()
    assert (bool(source.file), source.filename, source.pasted_text) == (True, "新.md", "")
    change(admin, source, pasted_text="また本文。")
    source.refresh_from_db()
    assert (bool(source.file), source.filename, source.pasted_text) == (False, "", "また本文。")


def test_a_new_title_alone_is_no_reason_to_work(source: Source, admin: Client) -> None:
    change(admin, source, title="別の題", pasted_text=source.pasted_text.replace("\n", "\r\n"))
    source.refresh_from_db()
    assert source.title == "別の題"
    assert not Job.objects.exists()


def test_another_job_in_the_way_is_named(source: Source, admin: Client) -> None:
    job = verbs.enqueue("source", source, params={"special": True})
    page = change(admin, source, pasted_text="新しい本文です。")
    assert "another job with different settings is already processing it" in page
    assert reverse("admin:tasks_app_job_change", args=[job.pk]) in page


def test_the_original_comes_back_under_its_own_name(put_in: Callable[..., str], admin: Client) -> None:
    content = "議題は防災計画です。".encode("cp932")
    put_in(file=upload("議事録 第3回.txt", content))
    source = Source.objects.get()
    answer = admin.get(reverse("admin:tasks_app_source_download", args=[source.pk]))
    assert b"".join(answer.streaming_content) == content  # type: ignore[attr-defined]
    name = "%E8%AD%B0%E4%BA%8B%E9%8C%B2%20%E7%AC%AC3%E5%9B%9E.txt"
    assert answer.headers["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"
    page = admin.get(reverse("admin:tasks_app_source_change", args=[source.pk])).content.decode()
    assert (source.file.name or "") not in page


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/議事録🎉.txt", "議事録🎉.txt"), ("C:\\tmp\\請求書\u202etxt.exe.txt", "請求書txt.exe.txt")],
)
def test_a_strange_name_is_harmless_in_row_title_and_download(
    put_in: Callable[..., str], admin: Client, name: str, kept: str
) -> None:
    put_in(file=upload(name))
    source = Source.objects.get()
    assert (source.filename, f"{source.title}.txt") == (kept, kept)
    answer = admin.get(reverse("admin:tasks_app_source_download", args=[source.pk]))
    assert answer.headers["Content-Disposition"] == f"attachment; filename*=utf-8''{quote(kept)}"
    assert b"".join(answer.streaming_content) == "本文です。".encode()  # type: ignore[attr-defined]


def test_a_lost_file_is_told_not_raised(put_in: Callable[..., str], admin: Client) -> None:
    put_in(file=upload())
    source = Source.objects.get()
    source.file.storage.delete(source.file.name or "")
    answer = admin.get(reverse("admin:tasks_app_source_download", args=[source.pk]), follow=True)
    assert "There is no file to download." in answer.content.decode()


def finish(source: Source, chunks: int = 1) -> None:
    """What a worker would have left behind."""
    document = source.document
    document.text = "あ" * 500
    document.formatted_text = "整形した本文"
    document.summary, document.summary_provider, document.summary_coverage = "要旨", "extractive", 450
    document.save()
    for number in range(chunks):
        Chunk.objects.create(
            document=document,
            position=number,
            start=number,
            end=number + 1,
            page=3,
            heading="第1章",
            content=f"<b>chunk {number}</b>",
        )


def test_the_page_shows_what_came_out_with_an_honest_label(source: Source, admin: Client) -> None:
    finish(source, chunks=21)
    address = reverse("admin:tasks_app_source_change", args=[source.pk])
    page = admin.get(address).content.decode()
    for shown in (
        "要旨",
        "Extractive summary (no AI used)",
        "made from 450 of 500 characters",
        "整形した本文",
        "第1章",
    ):
        assert shown in page
    assert "&lt;b&gt;chunk 0&lt;/b&gt;" in page
    assert "chunk 20" not in page
    assert "chunk 20" in admin.get(f"{address}?chunks=2").content.decode()


def test_the_whole_text_can_be_taken_away(source: Source, admin: Client) -> None:
    finish(source)
    answer = admin.get(reverse("admin:tasks_app_source_text", args=[source.pk]))
    assert answer.content.decode() == "整形した本文"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_the_last_poll_brings_the_outcome(job_in: JobIn, admin: Client) -> None:
    job = job_in(State.RUNNING)
    address = reverse("admin:tasks_app_source_live", args=[job.subject_id])
    finish(Source.objects.get(pk=job.subject_id))
    headers = {"HX-Request": "true"}
    assert "要旨" not in admin.get(address, headers=headers).content.decode()
    verbs.fail(job, by=None)
    assert "要旨" in admin.get(address, headers=headers).content.decode()


def test_deleting_says_that_work_is_cancelled_and_does_it(job_in: JobIn, admin: Client) -> None:
    job = job_in(State.QUEUED)
    address = reverse("admin:tasks_app_source_delete", args=[job.subject_id])
    assert "Jobs waiting for it or processing it are cancelled." in admin.get(address).content.decode()
    admin.post(address, {"post": "yes"})
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert not Source.objects.exists()


def test_the_list_filters_by_state_and_notebook(job_in: JobIn, admin: Client, notebook: Notebook) -> None:
    job_in(State.FAILED, "broken")
    job_in(State.QUEUED, "waiting")
    address = reverse("admin:tasks_app_source_changelist")

    def titles(query: str) -> set[str]:
        return {source.title for source in admin.get(address + query).context["cl"].result_list}

    assert titles("?state=failed") == {"broken"}
    assert titles(f"?notebook={notebook.pk}") == {"broken", "waiting"}
    assert titles("?notebook=nonsense") == set()


@pytest.mark.parametrize(
    ("name", "content"),
    [("表.xlsx", office("xlsx")), ("発表.pptx", office("pptx")), ("表.csv", b"a,b"), ("頁.html", b"<p>a")],
)
def test_every_format_that_is_read_may_be_put_in(put_in: Callable[..., str], name: str, content: bytes) -> None:
    put_in(file=upload(name, content))
    assert Source.objects.get().filename == name


OMISSIONS = {
    "pages_without_text": (
        14,
        "page",
        ["2", "4", "5"],
        "14 pages without text (page: 2, 4–5)",
        "14ページ（ページ：2, 4–5）",
    ),
    "cells_left_out": (12, "", [], "12 cells beyond the limit", "上限を超えたセル12個"),
    "not_computed": (1, "", [], "1 formula without a stored value", "値が保存されていない数式1個"),
    "charts": (2, "slide", ["3"], "2 charts (slide: 3)", "グラフ2個（スライド：3）"),
    "hidden_sheets": (1, "sheet", ["作業<用>"], "1 hidden sheet (sheet: 作業&lt;用&gt;)", "（シート：作業&lt;用&gt;）"),
}


def test_what_was_left_out_is_said_on_the_page_and_by_the_api(source: Source, admin: Client) -> None:
    omissions = [
        {"kind": kind, "count": count, "unit": unit, "places": places}
        for kind, (count, unit, places, _english, _japanese) in OMISSIONS.items()
    ]
    Document.objects.filter(pk=source.document_id).update(omissions=omissions)
    address = reverse("admin:tasks_app_source_change", args=[source.pk])
    english, japanese = (admin.get(address, headers={"Accept-Language": one}).content.decode() for one in LANGUAGES)
    for *_, in_english, in_japanese in OMISSIONS.values():
        assert in_english in english
        assert in_japanese in japanese
    given = admin.get(f"/api/v1/sources/{source.pk}", headers={"Accept-Language": "en"}).json()["omissions"]
    assert given[3] == {**omissions[3], "marked": False, "label": "2 charts (slide: 3)"}
    assert [one["marked"] for one in given] == [False, False, False, False, True]


def test_a_title_is_found_in_other_forms_of_its_characters(admin: Client, notebook: Notebook) -> None:
    Source.objects.create(notebook=notebook, title="髙橋議員の質問（１−２）", pasted_text="本文")
    for sought, found in (
        ("高橋", 1),
        ("(1-2)", 1),
        ("髙橋 質問", 1),
        ("高槻", 0),
        ("[高", 0),
        ("\\", 0),
        ("a" * 500, 0),
    ):
        page = admin.get(reverse("admin:tasks_app_source_changelist"), {"q": sought})
        assert page.context["cl"].result_count == found, sought


def test_a_summary_of_a_model_is_shown_as_it_was_meant(source: Source, admin: Client) -> None:
    written = "# 要点\n- **予算**を可決\n- 期限は\n  4月末\n\n一行目\n二行目\n\n<script>x</script> [a](javascript:x) ![b](http://c/d)"
    address = reverse("admin:tasks_app_source_change", args=[source.pk])
    shown = {}
    for provider in ("model", "extractive"):
        Document.objects.filter(pk=source.document_id).update(
            summary=written, summary_provider=provider, summary_model="writer", formatted_text="本文"
        )
        shown[provider] = admin.get(address).content.decode()
    for part in (
        "<h3>要点</h3>",
        "<li><strong>予算</strong>を可決</li>",
        "一行目<br>",
        "&lt;script&gt;x&lt;/script&gt;",
    ):
        assert part in shown["model"]
    assert not re.search(r'<img|href="javascript|src="http', shown["model"])
    assert "# 要点<br>" in shown["extractive"]
