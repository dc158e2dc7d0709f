"""The rows of a question in a conversation: the question itself, and the answer that a job is to write."""

from collections.abc import Collection
from uuid import UUID

from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import Refused
from tasks_app.models import ChatMessage, ChatSession
from tasks_app.models.content.chat import MessageRole, ReadingMode, Wording
from tasks_app.stages.chat.retrieve import require_question
from tasks_app.text.japanese.cleaning import readable


def create_question(
    session: ChatSession,
    question: str,
    *,
    by: User | None,
    documents: Collection[UUID] = (),
    reading: str = ReadingMode.SEARCH,
    wording: str = Wording.FORMATTED,
) -> ChatMessage:
    """The answer's row; no job is enqueued. The session is stored already.

    Raises Refused for documents outside of the session's scope, PermanentError for a question that is empty or too
    long. What is refused says nothing of what it was.
    """
    text = readable(question).strip()
    require_question(text)
    chosen = set(documents)
    if session.scope.filter(pk__in=chosen).count() != len(chosen):
        raise Refused(_("One of the selected sources is not part of this chat. Choose again."))
    asked = ChatMessage.objects.create(session=session, role=MessageRole.USER, title=text, content=text, created_by=by)
    if not session.title:
        session.title = asked.title
    session.save()
    return ChatMessage.objects.create(
        session=session,
        role=MessageRole.ASSISTANT,
        question=asked,
        title=text,
        documents=sorted(chosen),
        reading=reading,
        wording=wording,
        created_by=by,
    )
