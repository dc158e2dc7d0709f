"""A chat with real workers and a model that streams, stops, or is away: what anyone who looks on gets to see."""

from collections.abc import Iterator

import psutil
import pytest

from tasks_app.models import Attempt, ChatMessage, ChatSession, Job, Notebook, Part, Source
from tasks_app.stages.documents.chunk import index
from tasks_app.submission.chat import ask
from tests.acceptance.conftest import wait_for_state
from tests.acceptance.worker_processes import Workers
from tests.engine.providers.scripted_endpoint import CHAT, ScriptedEndpoint, endpoint
from tests.support.waiting import wait_for

FEES = "粗大ごみの手数料は一点につき500円です。収集の当日に納付券を貼って出します。\n"
RIGHT = "手数料は一点につき500円です[1]。"
QUESTION = "粗大ごみの手数料はいくらですか。"


@pytest.fixture
def server() -> Iterator[ScriptedEndpoint]:
    with endpoint() as running:
        yield running


@pytest.fixture
def session(notebook: Notebook) -> ChatSession:
    source = Source.objects.create(notebook=notebook, title="お知らせ", pasted_text=FEES)
    index(source.document_id, FEES)
    return ChatSession.objects.create(notebook=notebook, owner=notebook.owner)


def model(server: ScriptedEndpoint, **changes: str) -> dict[str, str]:
    return {
        "LLM_BASE_URL": server.url,
        "LLM_MODEL": "writer",
        "JOB_TYPE_PACKAGES": "tasks_app.job_types",
        "CHAT_TIMEOUT_SECONDS": "10",
        "CHAT_SAVE_SECONDS": "0",
        **changes,
    }


def asked(session: ChatSession) -> tuple[ChatMessage, Job]:
    message = ask(session, QUESTION, by=session.owner)
    return message, Job.objects.get(subject_id=message.pk)


def text_of(message: ChatMessage) -> str:
    part = Part.objects.filter(subject_id=message.pk, key="text").first()
    return str(part.data["text"]) if part else ""


def test_half_an_answer_is_seen_then_the_whole_one_once(
    workers: Workers, session: ChatSession, server: ScriptedEndpoint
) -> None:
    server.command(CHAT, {"do": "half", "text": RIGHT}, {"do": "answer", "text": RIGHT})
    server.hold(CHAT, after=1)
    workers.worker("chat", "chat", 1, **model(server, JOB_BACKOFF_SCALE="1"))
    message, job = asked(session)
    server.wait_until_asked(CHAT, 2)
    assert text_of(message) == RIGHT[: len(RIGHT) // 2], "what had come is kept while it is tried again"
    server.let_go(CHAT)
    wait_for_state(job, "succeeded")
    message.refresh_from_db()
    assert message.content == RIGHT
    assert text_of(message) == RIGHT
    assert [attempt.outcome for attempt in Attempt.objects.order_by("number")] == ["retried", "succeeded"]


def test_a_model_that_never_answers_fails_within_the_limit(
    workers: Workers, session: ChatSession, server: ScriptedEndpoint
) -> None:
    server.hold(CHAT)
    workers.worker("chat", "chat", 1, **model(server, CHAT_TIMEOUT_SECONDS="0.5", CHAT_ANSWER_SECONDS="2"))
    _message, job = asked(session)
    wait_for_state(job, "failed")
    assert job.error_code in ("provider_timeout", "chat_too_slow")
    assert Attempt.objects.count() == 2


def test_background_workers_step_back_and_chats_do_not(
    workers: Workers, session: ChatSession, server: ScriptedEndpoint
) -> None:
    content = workers.worker("content", "content", 1, **model(server, WORKER_NICENESS="7"))
    chat = workers.worker("chat", "chat", 1, **model(server, WORKER_NICENESS="7"))

    def nice(process: psutil.Process) -> set[int]:
        return {child.nice() for child in process.children}

    wait_for(lambda: nice(content) == {7}, "the content worker to step back")
    wait_for(lambda: nice(chat) == {0}, "the chat worker to run")
