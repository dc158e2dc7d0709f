import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from pytest_django.fixtures import Settings

from tasks_app.errors import Cancelled, InputChanged, PermanentError
from tasks_app.jobs.transitions import verbs
from tasks_app.models import Notebook, Source
from tasks_app.stages.documents.extract import extract
from tasks_app.stages.documents.local_copy import copied
from tests.engine.stages.fake_stage_context import FakeStageContext
from tests.unit.text.extraction.builders import pdf

pytestmark = pytest.mark.django_db
STAGE = extract()


def uploaded(notebook: Notebook, content: bytes, name: str) -> Source:
    return Source.objects.create(notebook=notebook, title=name, file=ContentFile(content, name=name))


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: object) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def test_text_pages_and_encoding_are_stored(notebook: Notebook, settings: Settings) -> None:
    settings.OCR_PROGRAM = ""
    source = uploaded(notebook, pdf("調査の目的", "", "結び"), "報告書.PDF")
    figures = FakeStageContext(source).carry_out(STAGE)
    source.document.refresh_from_db()
    assert source.document.text.split() == ["調査の目的", "結び"]
    assert source.document.pages[2][0] == 3
    assert figures == {
        "characters": len(source.document.text),
        "pages": 3,
        "pages_without_text": 1,
        "headings": 0,
        "encoding": "",
        "unread_pages": "2",
    }


@pytest.mark.django_db(transaction=True)
def test_the_same_file_uploaded_again_while_it_is_about_to_be_read(notebook: Notebook) -> None:
    """The digest is what it was, the file's place is another: the job starts over and reads it there."""
    stale = uploaded(notebook, b"text", "a.txt")
    fresh = Source.objects.get(pk=stale.pk)
    fresh.file = ContentFile(b"text", name="a.txt")
    fresh.save()
    with pytest.raises(InputChanged), copied(stale.file, FakeStageContext(fresh), 100):
        pass


def test_pasted_text_is_taken_as_it_is(source: Source) -> None:
    FakeStageContext(source).carry_out(STAGE)
    source.document.refresh_from_db()
    assert source.document.text == source.pasted_text
    assert len(source.document.text_digest) == 64


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [(b"", "a.txt", "empty_file"), (b"x", "a.pdf", "not_as_named"), (b"x", "a", "unknown_format")],
)
def test_what_cannot_be_read_fails_for_good(notebook: Notebook, content: bytes, name: str, code: str) -> None:
    with pytest.raises(PermanentError) as refusal:
        FakeStageContext(uploaded(notebook, content, name)).carry_out(STAGE)
    assert refusal.value.code == code


def test_a_file_that_is_gone_fails_for_good(notebook: Notebook) -> None:
    source = uploaded(notebook, b"x", "a.txt")
    source.file.storage.delete(str(source.file.name))
    with pytest.raises(PermanentError) as refusal:
        FakeStageContext(source).carry_out(STAGE)
    assert refusal.value.code == "file_missing"


@pytest.mark.parametrize("text", [" \n　", "\u3000"])
def test_blank_text_fails_for_good(notebook: Notebook, text: str) -> None:
    source = Source.objects.create(notebook=notebook, title="空", pasted_text=text)
    with pytest.raises(PermanentError) as refusal:
        FakeStageContext(source).carry_out(STAGE)
    assert refusal.value.code == "no_text"


def test_too_long_a_pasted_text_fails_for_good(source: Source, settings: Settings) -> None:
    settings.EXTRACTION_MAX_CHARACTERS = 5
    with pytest.raises(PermanentError) as refusal:
        FakeStageContext(source).carry_out(STAGE)
    assert refusal.value.code == "too_many_characters"


def test_a_cancelled_job_stops_while_the_file_is_fetched(notebook: Notebook) -> None:
    def cancel(count: int) -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        FakeStageContext(uploaded(notebook, b"text", "a.txt"), on_check=cancel).carry_out(STAGE)


def test_the_key_follows_content_name_and_limits(notebook: Notebook, settings: Settings) -> None:
    keys = [
        STAGE.inputs(FakeStageContext(uploaded(notebook, content, name)))
        for content, name in ((b"a", "a.txt"), (b"b", "a.txt"), (b"a", "a.md"))
    ]
    settings.EXTRACTION_MAX_PAGES = 1
    keys.append(STAGE.inputs(FakeStageContext(uploaded(notebook, b"a", "a.txt"))))
    assert all(one != other for number, one in enumerate(keys) for other in keys[:number])


def test_a_document_is_called_by_its_heading_unless_somebody_gave_it_a_title(notebook: Notebook) -> None:
    page = "<h1>水道料金の改定</h1><p>十月から引き上げる。".encode()
    unnamed, named = uploaded(notebook, page, "scan0012.html"), uploaded(notebook, page, "scan0013.html")
    Source.objects.filter(pk=unnamed.pk).update(title="scan0012")
    Source.objects.filter(pk=named.pk).update(title="職員が付けた題")
    jobs = [verbs.enqueue("source", Source.objects.get(pk=source.pk)) for source in (unnamed, named)]
    for source, job in zip((unnamed, named), jobs, strict=True):
        FakeStageContext(source, job_id=job.pk).carry_out(STAGE)
        source.refresh_from_db()
        job.refresh_from_db()
        assert job.subject_title == source.title
    assert (unnamed.title, named.title) == ("水道料金の改定", "職員が付けた題")


def test_what_postgresql_cannot_hold_never_arrives_there(notebook: Notebook) -> None:
    source = Source.objects.create(notebook=notebook, title="題\0名", pasted_text="本\0文\ud83dです。")
    FakeStageContext(source).carry_out(STAGE)
    source.refresh_from_db()
    assert (source.title, source.document.text) == ("題名", "本文\ufffdです。")
    named = uploaded(notebook, ("本\0文です。" + "本文です。" * 50).encode(), "名\0\ud83d.txt")
    assert (named.filename, named.title) == ("名.txt", "名\ufffd.txt")
    FakeStageContext(named).carry_out(STAGE)


def test_a_file_larger_than_what_is_accepted_is_refused_by_stage_and_model(
    notebook: Notebook, settings: Settings
) -> None:
    source = uploaded(notebook, b"a" * 101, "a.txt")
    settings.UPLOAD_MAX_BYTES = 100
    with pytest.raises(PermanentError) as refusal:
        FakeStageContext(source).carry_out(STAGE)
    assert refusal.value.code == "file_too_large"
    another = Source(notebook=notebook, title="a", file=ContentFile(b"a" * 101, name="a.txt"))
    with pytest.raises(ValidationError) as invalid:
        another.clean()
    assert invalid.value.error_dict["file"][0].code == "too_large"
    settings.UPLOAD_MAX_BYTES = 101
    another.clean()
    FakeStageContext(source).carry_out(STAGE)


def test_cells_beyond_the_setting_are_left_out_and_counted(notebook: Notebook, settings: Settings) -> None:
    source = uploaded(notebook, "甲,乙\n丙,丁\n".encode(), "表.csv")
    settings.EXTRACTION_MAX_CELLS = 4
    assert "cells_left_out" not in FakeStageContext(source).carry_out(STAGE)
    settings.EXTRACTION_MAX_CELLS = 3
    figures = FakeStageContext(source).carry_out(STAGE)
    assert (figures["cells"], figures["cells_left_out"]) == (2, 2)
    source.document.refresh_from_db()
    assert source.document.text == "甲 | 乙"
