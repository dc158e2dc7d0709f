"""What was said in a conversation before a question."""

from django.db.models import QuerySet

from tasks_app.models import ChatMessage
from tasks_app.models.content.chat import MessageRole
from tasks_app.text.japanese import tokens


def history(message: ChatMessage, budget: int) -> list[tuple[str, str]]:
    """(question, answer) pairs before this one, oldest first: as many of the newest as fit `budget` tokens.

    An answer that failed, was cancelled or is still being written has no content, and is left out with its question.
    """
    pairs: list[tuple[str, str]] = []
    for asked, answered in _earlier(message).exclude(content="").values_list("question__content", "content"):
        budget -= tokens.estimate(asked) + tokens.estimate(answered)
        if budget < 0:
            break
        pairs.append((asked, answered))
    return pairs[::-1]


def earlier_question(message: ChatMessage) -> str:
    """The one before this; empty for the first."""
    return _earlier(message).values_list("question__content", flat=True).first() or ""


def _earlier(message: ChatMessage) -> "QuerySet[ChatMessage]":
    """Answers before this one, the newest first. Index: chat_message_order."""
    return ChatMessage.objects.filter(
        session=message.session_id, role=MessageRole.ASSISTANT, created_at__lt=message.created_at
    ).order_by("-created_at")
