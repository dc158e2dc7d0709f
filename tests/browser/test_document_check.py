"""Issues beside the text, read and decided upon with the keyboard alone."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from playwright.sync_api import expect

from tasks_app.job_types.document_check import DOCUMENT_CHECK
from tasks_app.models import CheckDecision, CheckIssue, DocumentCheck, Notebook
from tests.browser.conftest import Visit
from tests.browser.populated_console import checked_document
from tests.engine.stages.fake_stage_context import FakeStageContext


@pytest.fixture
def check(chief: object, notebook: Notebook) -> DocumentCheck:
    return checked_document(notebook)


def page_of(check: DocumentCheck) -> str:
    return reverse("admin:tasks_app_documentcheck_change", args=[check.pk])


def test_walking_deciding_and_taking_back_by_keyboard(check: DocumentCheck, visit: Visit) -> None:
    page = visit(page_of(check))
    first, second, *_rest = CheckIssue.objects.all()
    page.keyboard.press("j")
    expect(page.locator(f"#issue-{first.pk}")).to_be_focused()
    expect(page.locator(f'.mark.current[data-issue="{first.pk}"]')).to_have_count(1)
    page.keyboard.press("a")
    expect(page.locator("#review [role=status]")).to_contain_text("accepted 1")
    expect(page.locator(f"#issue-{second.pk}")).to_be_focused()
    page.keyboard.press("r")
    expect(page.locator("#review [role=status]")).to_contain_text("rejected 1")
    page.keyboard.press("k")
    page.keyboard.press("u")
    expect(page.locator("#review [role=status]")).to_contain_text("rejected 0")
    assert list(CheckDecision.objects.values_list("context", "verdict")) == [(first.context, "accepted")]


def test_filters_and_marks_answer_without_a_reload(check: DocumentCheck, visit: Visit) -> None:
    page = visit(page_of(check))
    page.evaluate("window.same = true")
    page.locator("#review select[name=severity]").select_option("error")
    expect(page.locator("#review .issue")).to_have_count(CheckIssue.objects.filter(severity="error").count())
    page.locator("#review .mark").first.click()
    expect(page.locator("#review .issue").first).to_be_focused()
    assert page.evaluate("window.same")


def test_a_long_document_stays_usable(check: DocumentCheck, visit: Visit) -> None:
    text = "".join(f"{number}件目の資料をを配り、担当が説明しました。\n" for number in range(8000))
    DocumentCheck.objects.filter(pk=check.pk).delete()
    check = DocumentCheck(title="長い文書", file=ContentFile(text.encode(), name="long.txt"))
    check.save()
    for stage in DOCUMENT_CHECK.stages:
        FakeStageContext(check, kind="document_check").carry_out(stage)
    page = visit(page_of(check))
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(page.locator("#review [role=status]")).to_contain_text("rejected 1")
