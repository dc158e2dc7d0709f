"""The kind `chat`: a question about a notebook, answered from its sources, with citations that code has checked."""

from collections.abc import Mapping
from importlib.resources import files

from django.utils.translation import gettext_lazy as _

from tasks_app.models import ChatMessage, ChatSession, Notebook, Source
from tasks_app.queues import CHAT as QUEUE
from tasks_app.registry import JobRequest, JobType, register
from tasks_app.stages.chat.answer import answer
from tasks_app.stages.chat.ask import create_question
from tasks_app.stages.chat.cite import cite_sources
from tasks_app.stages.chat.retrieve import retrieve
from tasks_app.stages.common.document_figures import CALL_FIGURE_LABELS
from tasks_app.stages.documents.chunk import index

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
    return [create_question(session, question, by=notebook.owner, documents=[source.document_id])]


CHAT: JobType = register(
    JobType(
        kind="chat",
        label=_("Chat"),
        subject="tasks_app.ChatMessage",
        queue=QUEUE,
        stages=(retrieve(), answer(), cite_sources()),
        outputs=outputs,
        samples=samples,
        figure_labels={
            **CALL_FIGURE_LABELS,
            "characters": _("characters"),
            "chunks": _("chunks"),
            "citations": _("passages cited"),
            "citations_dropped": _("citations removed"),
            "coverage": _("characters read"),
            "first_token_seconds": _("time to first token"),
            "history": _("earlier questions"),
            "passages": _("passages used"),
            "sentences_uncited": _("sentences without citation"),
            "sources_not_ready": _("sources not ready"),
            "vectors": _("vectors"),
            "windows": _("sections read"),
        },
        requests=(JobRequest(),),
        primary=True,
    )
)
