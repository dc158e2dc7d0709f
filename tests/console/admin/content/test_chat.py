"""The pages of a chat: who may see and ask, what they show while an answer grows, and that nothing in it does harm."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tasks_app.admin.content.chat.answer_html import answer_html
from tasks_app.job_types.chat import CHAT
from tasks_app.jobs.statements import execute
from tasks_app.jobs.transitions import verbs
from tasks_app.models import (
    AgendaItem,
    ChatMessage,
    ChatSession,
    Council,
    CouncilMeeting,
    Job,
    Notebook,
    Part,
    Source,
)
from tasks_app.stages.documents.chunk import index
from tasks_app.submission.chat import ask
from tests.console.admin.conftest import Staff
from tests.support.attempts import attempt

pytestmark = pytest.mark.django_db
FEES = "粗大ごみの手数料は一点につき500円です。収集の当日に納付券を貼って出します。\n"
QUESTION = "粗大ごみの手数料はいくらですか。"
RIGHTS = ("view_chatsession", "view_notebook", "add_chatmessage", "view_source")


@pytest.fixture
def fees(notebook: Notebook) -> Source:
    source = Source.objects.create(notebook=notebook, title="手数料のお知らせ", pasted_text=FEES)
    index(source.document_id, FEES)
    return source


def begin(notebook: Notebook) -> str:
    return reverse("admin:tasks_app_chatsession_notebook", args=[notebook.pk])


def of(session: ChatSession) -> str:
    return reverse("admin:tasks_app_chatsession_change", args=[session.pk])


def live(message: ChatMessage) -> str:
    return reverse("admin:tasks_app_chatmessage_live", args=[message.pk])


def asked_by(client: Client, notebook: Notebook, **form: object) -> ChatMessage:
    answer = client.post(begin(notebook), {"question": QUESTION, **form})
    assert answer.status_code == 302, answer.content.decode()
    message = ChatMessage.objects.latest("created_at")
    assert answer["Location"] == f"{of(message.session)}#answer-{message.pk}"
    return message


def finish(message: ChatMessage) -> None:
    attempt(CHAT, Job.objects.get(subject_id=message.pk))


@pytest.mark.django_db(transaction=True)
def test_ask_and_read_the_answer_with_its_places(notebook: Notebook, fees: Source, staff: Staff) -> None:
    client = staff(*RIGHTS)
    message = asked_by(client, notebook)
    waiting = client.get(live(message)).content.decode()
    assert "hx-get" in waiting
    finish(message)
    page = client.get(live(message)).content.decode()
    assert "hx-get" not in page, "polling has ended"
    assert "Quoted from the sources (no AI used)" in page
    (place,) = set(re.findall(r'href="([^"]+#marked)"', page)[:1])
    assert place.startswith(reverse("admin:tasks_app_source_read", args=[fees.pk]))
    assert f'href="#cite-{message.pk}-1"' in page
    assert f'id="cite-{message.pk}-1"' in page
    marked = client.get(unescape(place)).content.decode().partition("<mark")[2].partition("</mark>")[0]
    assert "粗大ごみの手数料は一点につき500円です。" in marked
    assert QUESTION in client.get(of(message.session)).content.decode()


@pytest.mark.django_db(transaction=True)
def test_citations_lead_nowhere_for_who_may_not_see_sources(notebook: Notebook, fees: Source, staff: Staff) -> None:
    client = staff(*RIGHTS[:3])
    message = asked_by(client, notebook)
    finish(message)
    assert "#marked" not in client.get(live(message)).content.decode()


def test_an_answer_is_seen_to_grow_and_what_has_come_of_a_failed_one_stays(
    notebook: Notebook, fees: Source, staff: Staff
) -> None:
    client = staff(*RIGHTS)
    message = asked_by(client, notebook)
    job = Job.objects.get(subject_id=message.pk)
    Part.objects.create(
        job=job, kind="chat", subject_id=message.pk, stage="answer", key="text", data={"text": "手数料は<b>一点"}
    )
    growing = client.get(live(message)).content.decode()
    assert "手数料は&lt;b&gt;一点" in growing
    assert "hx-get" in growing
    verbs.fail(job, by=None, reason="試験")
    stopped = client.get(live(message)).content.decode()
    assert "手数料は&lt;b&gt;一点" in stopped
    assert "not been checked against the sources" in stopped
    assert "hx-get" not in stopped
    assert "Ask again" in stopped


def test_ask_again_asks_the_same(notebook: Notebook, fees: Source, staff: Staff) -> None:
    client = staff(*RIGHTS)
    message = asked_by(client, notebook, documents=[str(fees.document_id)], reading="full", wording="raw")
    verbs.fail(Job.objects.get(), by=None, reason="")
    again = reverse("admin:tasks_app_chatmessage_again", args=[message.pk])
    assert client.get(again).status_code == 405
    assert client.post(again).status_code == 302
    second = ChatMessage.objects.latest("created_at")
    assert second.pk != message.pk
    assert (second.documents, second.reading, second.wording) == ([fees.document_id], "full", "raw")
    assert second.question is not None
    assert second.question.content == QUESTION


@pytest.mark.parametrize("question", ["", " \n", "\u200b", "あ" * 100_000])
def test_questions_that_are_none(question: str, notebook: Notebook, fees: Source, staff: Staff) -> None:
    answer = staff(*RIGHTS).post(begin(notebook), {"question": question}, follow=True)
    assert answer.status_code == 200
    assert not ChatSession.objects.exists()
    page = answer.content.decode()
    assert "errornote" in page or "errorlist" in page or "the limit is 2000" in page or "is empty" in page


def test_a_source_of_another_notebook_cannot_be_chosen(notebook: Notebook, fees: Source, staff: Staff) -> None:
    other = Source.objects.create(
        notebook=Notebook.objects.create(title="他人"), title="極秘の資料", pasted_text="極秘の人事案"
    )
    answer = staff(*RIGHTS).post(begin(notebook), {"question": QUESTION, "documents": [str(other.document_id)]})
    page = answer.content.decode()
    assert "is not part of this chat" in page
    assert "極秘" not in page
    assert not Job.objects.exists()


def test_others_chats_are_not_there(notebook: Notebook, fees: Source, staff: Staff, client: Client) -> None:
    session = ChatSession.objects.create(notebook=notebook, owner=notebook.owner, title="内緒の相談")
    message = ask(session, QUESTION, by=notebook.owner)
    stranger = staff(*RIGHTS, "delete_chatsession")
    for address in (of(session), live(message), reverse("admin:tasks_app_chatmessage_change", args=[message.pk])):
        assert stranger.get(address).status_code == 404
    assert stranger.post(of(session), {"question": QUESTION}).status_code == 404
    assert stranger.post(reverse("admin:tasks_app_chatmessage_again", args=[message.pk])).status_code == 404
    assert "内緒" not in stranger.get(reverse("admin:tasks_app_chatsession_changelist")).content.decode()
    assert "内緒" not in stranger.get(begin(notebook)).content.decode()
    assert client.get(of(session)).status_code == 302


@pytest.mark.parametrize("missing", RIGHTS[:3])
def test_each_right_is_needed(missing: str, notebook: Notebook, fees: Source, staff: Staff) -> None:
    rights = [right for right in RIGHTS if right != missing]
    client = staff(*rights)
    assert client.post(begin(notebook), {"question": QUESTION}).status_code == 403
    assert client.get(begin(notebook)).status_code == (200 if missing == "add_chatmessage" else 403)
    assert not ChatMessage.objects.exists()


def test_a_job_leads_to_its_answer(notebook: Notebook, fees: Source, admin: Client) -> None:
    session = ChatSession.objects.create(notebook=notebook, owner=User.objects.get(username="chief"))
    message = ask(session, QUESTION, by=None)
    job = Job.objects.get()
    page = admin.get(reverse("admin:tasks_app_job_change", args=[job.pk])).content.decode()
    address = reverse("admin:tasks_app_chatmessage_change", args=[message.pk])
    assert address in page
    assert admin.get(address)["Location"].endswith(f"#answer-{message.pk}")


def test_the_notebook_leads_to_its_chat(notebook: Notebook, staff: Staff) -> None:
    page = reverse("admin:tasks_app_notebook_change", args=[notebook.pk])
    assert begin(notebook) in staff("view_notebook", "view_chatsession").get(page).content.decode()
    assert begin(notebook) not in staff("view_notebook").get(page).content.decode()


def rendered(content: str, numbers: tuple[int, ...] = ()) -> str:
    return str(answer_html(ChatMessage(content=content, citations=[{"number": number} for number in numbers])))


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![写真](https://evil.example/p.png?leak=1)",
        "[押す](javascript:alert(1))",
        "[押す](data:text/html,x)",
        '<https://evil.example/" onmouseover="alert(1)>',
        "[1]: https://evil.example/\n\n[1]",
        "<iframe src='https://evil.example'></iframe><style>*{display:none}</style>",
        "[x][y]\n\n[y]: javascript:alert(1)",
    ],
)
def test_nothing_in_an_answer_runs_or_fetches(hostile: str) -> None:
    html = rendered(f"答えです。{hostile}", (1,))
    assert not re.search(r"<(script|img|iframe|style|svg|object|link|meta)\b", html)
    assert not re.search(r"<[^>]+\s(on\w+|src|srcset|style)\s*=", html)
    assert not re.search(r"href=\"(?!https?://|#)", html)


def test_markdown_is_shown_as_it_is_meant() -> None:
    html = rendered("# 見出し\n\n- **太字**[1]\n- [外](https://example.org/)\n\n| a | b |\n|---|---|\n| 1 | 2 |", (1,))
    assert "<h3>見出し</h3>" in html
    assert "<strong>太字</strong>" in html
    assert 'rel="noopener noreferrer nofollow"' in html
    assert "<table>" in html
    assert 'class="cite"' in html


def test_markers_that_lead_nowhere_stay_text() -> None:
    assert 'class="cite"' not in rendered("答え[7]。", (1,))
    assert "not supported by the sources" in rendered("答え。[?]")


@pytest.mark.parametrize(
    "forged",
    [
        "&#xE000;1&#xE001;",
        "&#57344;1&#57345;",
        "&#91;1&#93;",
        "&lbrack;1&rbrack;",
        "\\[1\\]",
        "`[1]`",
        '<a class="cite" href="#cite-1">1</a>',
        "[1 ]",
        "[[7]1]",
        "[確認済み](#cite-1)",
    ],
)
def test_nothing_but_a_marker_becomes_a_verified_mark(forged: str) -> None:
    html = rendered(f"市長は辞任しました{forged}。", (1,))
    assert '<a class="cite"' not in html
    assert not re.search("<[^>]*href", html)


def test_signs_nobody_sees_are_gone() -> None:
    assert rendered("手\u202e数\u200b料\ue0001\ue001") == "<p>手数料1</p>\n"


def test_an_answer_nobody_works_on_says_so(notebook: Notebook, fees: Source, staff: Staff) -> None:
    client = staff(*RIGHTS)
    message = asked_by(client, notebook)
    execute("DELETE FROM tasks_app_job", {})
    assert "This answer is not being processed" in client.get(live(message)).content.decode()


def test_a_council_has_chats_of_its_own(staff: Staff) -> None:
    council = Council.objects.create(title="防災会議")
    meeting = CouncilMeeting.objects.create(council=council, number=1)
    item = AgendaItem.objects.create(meeting=meeting, number=1, title="手数料の改定", pasted_text=FEES)
    index(item.document_id, FEES)
    begin_url = reverse("admin:tasks_app_chatsession_council", args=[council.pk])
    assert staff("view_chatsession", "view_notebook").get(begin_url).status_code == 403
    client = staff("view_chatsession", "view_council", "add_chatmessage")
    assert "手数料の改定" in client.get(begin_url).content.decode()
    assert client.post(begin_url, {"question": QUESTION}).status_code == 302
    session = ChatSession.objects.get()
    assert (session.council, session.notebook) == (council, None)
    assert client.get(of(session)).status_code == 200
    assert (
        begin_url
        in staff("view_council", "view_chatsession")
        .get(reverse("admin:tasks_app_council_change", args=[council.pk]))
        .content.decode()
    )
