"""A question is asked and answered in a browser: by keyboard, while the page polls."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tasks_app.job_types.chat import CHAT
from tasks_app.models import ChatMessage, Job, Notebook, Part, Source
from tests.browser.conftest import Visit
from tests.browser.populated_console import QUESTION, fees_notice
from tests.support.attempts import attempt


@pytest.fixture
def fees(notebook: Notebook) -> Source:
    return fees_notice(notebook)


def begin(notebook: Notebook) -> str:
    return reverse("admin:tasks_app_chatsession_notebook", args=[notebook.pk])


def test_ask_watch_and_follow_a_citation(notebook: Notebook, fees: Source, visit: Visit) -> None:
    page = visit(begin(notebook))
    page.locator("#id_question").focus()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".answer .status")).to_be_visible()
    message = ChatMessage.objects.latest("created_at")
    job = Job.objects.get(subject_id=message.pk)
    part = Part.objects.create(
        job=job, kind="chat", subject_id=message.pk, stage="answer", key="text", data={"text": "手数料は"}
    )
    expect(page.locator(".answer .draft")).to_have_text("手数料は")
    part.data = {"text": "手数料は一点につき"}
    part.save()
    expect(page.locator(".answer .draft")).to_have_text("手数料は一点につき")
    attempt(CHAT, job)
    expect(page.locator(".answer blockquote").first).to_contain_text("500円")
    page.locator(".answer a.cite").first.click()
    expect(page.locator(".citations li:target")).to_be_visible()
    page.locator(".citations li:target a").click()
    expect(page.locator("mark")).to_contain_text("粗大ごみの手数料は一点につき500円です。")
