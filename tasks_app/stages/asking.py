"""Asking a question in a conversation: the question, the answer that is to come, and the job that writes it."""

from collections.abc import Collection
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import Refused
from tasks_app.jobs import verbs
from tasks_app.models import ChatMessage, ChatSession
from tasks_app.models.chat import Reading, Role, Wording
from tasks_app.stages.retrieve import require_question
from tasks_app.text.cleaning import readable

KIND = "chat"


@transaction.atomic
def ask(
    session: ChatSession,
    question: str,
    *,
    by: User | None,
    documents: Collection[UUID] = (),
    reading: str = Reading.SEARCH,
    wording: str = Wording.FORMATTED,
) -> ChatMessage:
    """The answer's row, its job enqueued. Raises Refused for documents outside of the session's scope.

    Raises PermanentError for a question that is empty or too long. What is refused says nothing of what it was.
    """
    message = put(session, question, by=by, documents=documents, reading=reading, wording=wording)
    verbs.enqueue(KIND, message, requested_by=by)
    return message


def put(
    session: ChatSession,
    question: str,
    *,
    by: User | None,
    documents: Collection[UUID] = (),
    reading: str = Reading.SEARCH,
    wording: str = Wording.FORMATTED,
) -> ChatMessage:
    """Like `ask`, but nothing is enqueued."""
    text = readable(question).strip()
    require_question(text)
    chosen = set(documents)
    if session.scope.filter(pk__in=chosen).count() != len(chosen):
        raise Refused(_("One of the chosen sources is not part of this chat. Choose again."))
    asked = ChatMessage.objects.create(session=session, role=Role.USER, title=text, content=text, created_by=by)
    if not session.title:
        session.title = asked.title
    session.save()
    return ChatMessage.objects.create(
        session=session,
        role=Role.ASSISTANT,
        question=asked,
        title=text,
        documents=sorted(chosen),
        reading=reading,
        wording=wording,
        created_by=by,
    )
