"""Asking a question in a chat, whether it comes through the console or through the API."""

from collections.abc import Collection
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from tasks_app.job_types.chat import CHAT
from tasks_app.jobs.transitions import verbs
from tasks_app.models import ChatMessage, ChatSession
from tasks_app.models.content.chat import ReadingMode, Wording
from tasks_app.stages.chat.ask import create_question


@transaction.atomic
def ask(
    session: ChatSession,
    question: str,
    *,
    by: User | None,
    reason: str = "",
    documents: Collection[UUID] = (),
    reading: str = ReadingMode.SEARCH,
    wording: str = Wording.FORMATTED,
) -> ChatMessage:
    """The answer's row, its job enqueued; a new session is stored with its first question.

    Raises Refused for documents outside of the session's scope, PermanentError for a question that is empty or too
    long. What is refused says nothing of what it was.
    """
    session.save()
    message = create_question(session, question, by=by, documents=documents, reading=reading, wording=wording)
    verbs.enqueue(CHAT.kind, message, requested_by=by, reason=reason)
    return message
