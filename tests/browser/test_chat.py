"""A question is asked and answered in a browser: by keyboard, while the page polls, on a phone as well."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Page, expect

from tasks_app.job_types.chat import CHAT
from tasks_app.jobs.lease import claim
from tasks_app.models import ChatMessage, ChatSession, Job, Notebook, Part, Source
from tasks_app.stages.asking import ask
from tasks_app.stages.chunk import index
from tests.attempts import attempt
from tests.browser.conftest import Visit
from tests.browser.test_looks import faults

FEES = "粗大ごみの手数料は一点につき500円です。収集の当日に納付券を貼って出します。\n"
QUESTION = "粗大ごみの手数料はいくらですか。"


@pytest.fixture
def fees(notebook: Notebook) -> Source:
    source = Source.objects.create(notebook=notebook, title="手数料のお知らせ", pasted_text=FEES)
    index(source.document_id, FEES)
    return source


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


def conversation(notebook: Notebook, chief: User) -> str:
    """One answer that is complete, one that stopped half way, one that is under way."""
    session = ChatSession.objects.create(notebook=notebook, owner=chief)
    attempt(CHAT, Job.objects.get(subject_id=ask(session, QUESTION, by=chief).pk))
    attempt(CHAT, Job.objects.get(subject_id=ask(session, "市長の任期は何年ですか。", by=chief).pk))
    job = Job.objects.get(subject_id=ask(session, "納付券はどこで買えますか。" * 12, by=chief).pk)
    assert claim(CHAT, job.pk, job.dispatch_id, "chat@test")
    Part.objects.create(
        job=job, kind="chat", subject_id=job.subject_id, stage="answer", key="text", data={"text": "納付券"}
    )
    return reverse("admin:tasks_app_chatsession_change", args=[session.pk])


def opened(page: Page) -> Page:
    page.locator(".ask details summary").click()
    return page


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("width", [390, 1360])
def test_a_chat_fits_its_window(
    width: int, language: str, notebook: Notebook, fees: Source, chief: User, visit: Visit
) -> None:
    page = opened(visit(conversation(notebook, chief), language=language, width=width))
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_in_a_chat(
    dark: bool, notebook: Notebook, fees: Source, chief: User, visit: Visit, axe: str
) -> None:
    page = opened(visit(conversation(notebook, chief), language="ja", dark=dark, bypass_csp=True))
    assert faults(page, axe) == []
