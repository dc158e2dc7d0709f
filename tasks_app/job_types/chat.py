"""The kind `chat`: a question about a notebook, answered from its sources, with citations that code has checked."""

from collections.abc import Mapping
from importlib.resources import files

from django.utils.translation import gettext_lazy as _

from tasks_app.models import ChatMessage, ChatSession, Notebook, Source
from tasks_app.queues import CHAT as QUEUE
from tasks_app.registry import JobType, register
from tasks_app.stages.answer import answer
from tasks_app.stages.asking import KIND, put
from tasks_app.stages.chunk import index
from tasks_app.stages.cite import cite_sources
from tasks_app.stages.retrieve import retrieve

SAMPLE = (
    "ごみ収集の変更のお知らせ",
    "gomi-shuushuu-oshirase.txt",
    "粗大ごみの手数料はいくらですか。いつまでに申し込みますか。",
)
"""(title, file, question about it)."""


def outputs(message: ChatMessage) -> Mapping[str, int | str]:
    return {
        "characters": len(message.content),
        "citations": len(message.citations),
        "coverage": message.coverage,
        "provider": message.provider,
    }


def samples(notebook: Notebook) -> list[ChatMessage]:
    """A question about a notice that is put into the notebook, ready to be read; calling again makes a second set."""
    title, name, question = SAMPLE
    text = (files("tasks_app.samples") / name).read_text("utf-8")
    source = Source(notebook=notebook, title=title, pasted_text=text)
    source.save()
    index(source.document_id, text)
    session = ChatSession.objects.create(notebook=notebook, owner=notebook.owner)
    return [put(session, question, by=notebook.owner, documents=[source.document_id])]


CHAT: JobType = register(
    JobType(
        kind=KIND,
        label=_("Chat"),
        subject="tasks_app.ChatMessage",
        queue=QUEUE,
        stages=(retrieve(), answer(), cite_sources()),
        outputs=outputs,
        samples=samples,
    )
)
