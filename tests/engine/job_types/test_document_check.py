"""The kind `document_check` over its bundled sample, and over files that are no good."""

from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from django.core.files.base import ContentFile
from pytest_django.fixtures import Settings

from tasks_app.errors import PermanentError
from tasks_app.job_types.document_check import DOCUMENT_CHECK
from tasks_app.models import CheckIssue, DocumentCheck, Notebook
from tests.engine.stages.fake_stage_context import FakeStageContext
from tests.unit.text.extraction.builders import SCANS

pytestmark = pytest.mark.django_db

FLAWS = {
    ("auxiliaries", "頂き", "いただき"),
    ("brackets", "（", ""),
    ("doubled_honorific", "おっしゃられ", "おっしゃっ"),
    ("doubled_particle", "をを", "を"),
    ("eras", "2025年", "2026年"),
    ("eras", "月", "火"),
    ("i_dropping", "て", "てい"),
    ("names", "渡邊", "渡辺"),
    ("numbers", "ヶ", "か"),
    ("punctuation", "。。", "。"),
    ("ra_dropping", "見れる", "見られる"),
    ("spelling", "申し込み", "申込み"),
    ("spelling", "サーバー", "サーバ"),
    ("style_mix", "仮予約の期限は変わらない。", ""),
    ("width", "１5,000", "15,000"),
    ("wordy", "まず最初に", "初めに"),
    ("wordy", "約300団体程度", "約300団体"),
}
"""(rule, original, suggestion): every flaw that was put into the sample."""


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def finished(check: DocumentCheck) -> dict[str, int | str]:
    for stage in DOCUMENT_CHECK.stages:
        FakeStageContext(check, kind="document_check").carry_out(stage)
    check.refresh_from_db()
    return dict(DOCUMENT_CHECK.outputs(check))


@pytest.fixture
def put_in(notebook: Notebook) -> Callable[[str, bytes], DocumentCheck]:
    def make(name: str, content: bytes) -> DocumentCheck:
        check = DocumentCheck(notebook=notebook, title=name, file=ContentFile(content, name=name))
        check.save()
        return check

    return make


def test_every_known_flaw_of_the_sample_is_found(notebook: Notebook) -> None:
    (sample,) = DOCUMENT_CHECK.samples(notebook)
    figures = finished(sample)
    issues = CheckIssue.objects.filter(document_check=sample)
    found = set(issues.exclude(rule="commas").values_list("rule", "original", "suggestion"))
    assert found == FLAWS
    assert issues.filter(rule="commas").count() == 1
    assert figures["issues"] == len(FLAWS) + 1
    assert figures["rule_eras"] == 2
    assert figures["checked_by"] == "rules"
    assert figures["error"] == 4


def test_another_wish_changes_the_input_digest(notebook: Notebook) -> None:
    (sample,) = DOCUMENT_CHECK.samples(notebook)
    before = sample.input_digest()
    sample.profile = "free"
    assert sample.input_digest() != before


@pytest.mark.parametrize("content", [b"", b" \n\n \n"])
def test_an_empty_document_is_an_error(put_in: Callable[[str, bytes], DocumentCheck], content: bytes) -> None:
    with pytest.raises(PermanentError):
        finished(put_in("empty.txt", content))


def test_a_pdf_of_pictures_without_recognition_is_an_error(
    put_in: Callable[[str, bytes], DocumentCheck], settings: Settings
) -> None:
    settings.OCR_PROGRAM = ""
    with pytest.raises(PermanentError):
        finished(put_in("scan.pdf", (SCANS / "horizontal.pdf").read_bytes()))


def test_a_word_file_keeps_its_issues_on_its_text(
    put_in: Callable[[str, bytes], DocumentCheck], tmp_path: Path
) -> None:
    document = docx.Document()
    document.add_paragraph("申請書をを提出してください。")
    document.save(str(tmp_path / "a.docx"))
    check = put_in("a.docx", (tmp_path / "a.docx").read_bytes())
    finished(check)
    issue = CheckIssue.objects.get(document_check=check)
    assert check.document.text[issue.start : issue.end] == issue.original == "をを"
