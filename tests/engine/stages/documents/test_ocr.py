"""Scanned pages: recognised where Tesseract is, named where they stay unread."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from pytest_django.fixtures import Settings

from tasks_app.errors import Cancelled, PermanentError
from tasks_app.models import Notebook, Source
from tasks_app.stages.documents import ocr
from tasks_app.stages.documents.extract import extract
from tests.engine.stages.fake_stage_context import FakeStageContext
from tests.unit.text.extraction.builders import drawn, merged, pdf, scan

pytestmark = pytest.mark.django_db
STAGE = extract()
WRITTEN = "調査の目的を示す。"


def tesseract_is_missing() -> bool:
    return ocr.engine() is None


with_tesseract = pytest.mark.skipif(
    "tesseract_is_missing()", reason="needs tesseract-ocr with tesseract-ocr-jpn and tesseract-ocr-jpn-vert"
)


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def uploaded(notebook: Notebook, content: bytes) -> Source:
    return Source.objects.create(notebook=notebook, title="走査", file=ContentFile(content, name="走査.pdf"))


def refused(source: Source) -> PermanentError:
    with pytest.raises(PermanentError) as refusal:
        FakeStageContext(source).carry_out(STAGE)
    return refusal.value


@with_tesseract
def test_scanned_pages_are_recognised_whichever_way_they_run(notebook: Notebook) -> None:
    source = uploaded(notebook, merged(scan("horizontal"), pdf(WRITTEN), scan("vertical")))
    context = FakeStageContext(source)
    figures = context.carry_out(STAGE)
    source.document.refresh_from_db()
    pages = [source.document.text[start:end] for _, start, end in source.document.pages]
    assert "令和6年度は毛布を" in pages[0]
    assert pages[1] == f"{WRITTEN}\n"
    assert "学校の体育館に開設する。運営は地域の住民と市の職員が共に行う。" in pages[2]
    assert figures["pages_recognised"] == 2
    assert "unread_pages" not in figures
    assert context.reports == [(0, 2), (1, 2)]


@with_tesseract
def test_a_retry_goes_on_where_the_last_attempt_stopped(notebook: Notebook) -> None:
    source = uploaded(notebook, merged(scan("horizontal"), scan("vertical")))
    first = FakeStageContext(source)
    first.on_check = lambda count: cancel() if len(first.kept) == 1 else None
    with pytest.raises(Cancelled):
        first.carry_out(STAGE)
    (key,) = first.kept
    second = FakeStageContext(source, kept={key: "前に読んだ"})
    second.carry_out(STAGE)
    source.document.refresh_from_db()
    assert source.document.text.startswith("前に読んだ\n")
    assert "体育館" in source.document.text
    assert len(second.kept) == 2


def cancel() -> None:
    raise Cancelled("enough")


@with_tesseract
def test_pictures_without_text_are_told(notebook: Notebook) -> None:
    failure = refused(uploaded(notebook, pdf("", "")))
    assert (failure.code, failure.details) == ("nothing_recognised", {"pages": "1–2"})


@with_tesseract
def test_a_page_that_takes_too_long_stays_unread(notebook: Notebook, settings: Settings) -> None:
    settings.OCR_PAGE_SECONDS = 0
    failure = refused(uploaded(notebook, scan("horizontal")))
    assert (failure.code, failure.details) == ("not_recognised", {"pages": "1"})
    figures = FakeStageContext(uploaded(notebook, merged(pdf(WRITTEN), scan("horizontal")))).carry_out(STAGE)
    assert (figures["unread_pages"], figures["pages_recognised"]) == ("2", 0)


@with_tesseract
def test_too_many_scanned_pages(notebook: Notebook, settings: Settings) -> None:
    settings.OCR_MAX_PAGES = 1
    failure = refused(uploaded(notebook, merged(scan("horizontal"), scan("vertical"))))
    assert (failure.code, failure.details) == ("too_many_scanned", {"pages": 2, "limit": 1})


@with_tesseract
def test_the_key_follows_the_engine(notebook: Notebook, settings: Settings) -> None:
    context = FakeStageContext(uploaded(notebook, scan("horizontal")))
    keys = [STAGE.inputs(context)]
    settings.OCR_LANGUAGES = "jpn"
    keys.append(STAGE.inputs(context))
    settings.OCR_PROGRAM = ""
    keys.append(STAGE.inputs(context))
    assert all(one != other for number, one in enumerate(keys) for other in keys[:number])
    assert keys[-1]["recognition"] is None


@pytest.mark.parametrize(
    ("name", "value"), [("OCR_PROGRAM", ""), ("OCR_PROGRAM", "no-such-program"), ("OCR_LANGUAGES", "jpn+nowhere")]
)
def test_without_an_engine_a_scan_fails_and_names_its_pages(
    notebook: Notebook, settings: Settings, name: str, value: str
) -> None:
    setattr(settings, name, value)
    failure = refused(uploaded(notebook, merged(pdf(WRITTEN), *[scan("horizontal")] * 3)))
    assert (failure.code, failure.details) == ("scanned", {"pages": "2–4"})


def test_without_an_engine_a_scanned_annex_is_named_and_the_rest_read(notebook: Notebook, settings: Settings) -> None:
    settings.OCR_PROGRAM = ""
    source = uploaded(notebook, merged(pdf(WRITTEN, WRITTEN), drawn(b""), scan("horizontal"), scan("vertical")))
    figures = FakeStageContext(source).carry_out(STAGE)
    assert (figures["unread_pages"], figures["pages_without_text"]) == ("4–5", 3)
    source.document.refresh_from_db()
    assert source.document.text.split() == [WRITTEN, WRITTEN]


@with_tesseract
def test_a_requeue_reads_the_scan_once_an_engine_is_there(notebook: Notebook, settings: Settings) -> None:
    source = uploaded(notebook, scan("horizontal"))
    program, settings.OCR_PROGRAM = settings.OCR_PROGRAM, ""
    assert refused(source).code == "scanned"
    settings.OCR_PROGRAM = program
    assert FakeStageContext(source).carry_out(STAGE)["pages_recognised"] == 1
