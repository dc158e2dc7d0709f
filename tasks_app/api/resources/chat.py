"""Chats: a question about a notebook or a council, and the answer as it grows, with its citations."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from tasks_app.api.auth.principals import Principal
from tasks_app.api.resources.resource import Owned, Resource, Submission, notebook_field
from tasks_app.api.resources.texts import label_of
from tasks_app.errors import PermanentError, Refused
from tasks_app.job_types.chat import CHAT
from tasks_app.models import ChatMessage, ChatSession, Council, Job, Part
from tasks_app.models.content.chat import MAX_QUESTION_LENGTH, MessageRole, ReadingMode, Wording
from tasks_app.stages.chat.streaming import TEXT
from tasks_app.submission.chat import ask


class ChatSubmission(Submission):
    """A question in a `session`, or the first one of a new session about a `notebook` or a `council`."""

    session = Owned(ChatSession, lambda user: Q(owner=user), ChatMessage, private=True, required=False)
    notebook = notebook_field(ChatMessage, required=False)
    council = Owned(Council, lambda user: Q(owner=user), ChatMessage, required=False)
    question = serializers.CharField(max_length=MAX_QUESTION_LENGTH)
    documents = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=1000)
    reading = serializers.ChoiceField(choices=ReadingMode.choices, default=ReadingMode.SEARCH.value)
    wording = serializers.ChoiceField(choices=Wording.choices, default=Wording.FORMATTED.value)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs.keys() & {"session", "notebook", "council"}) != 1:
            raise ValidationError([_("Give exactly one of session, notebook and council.")])
        return attrs

    def submit(self, principal: Principal, **data: Any) -> Job:
        about = {name: data[name] for name in ("notebook", "council") if name in data}
        session = data.get("session") or ChatSession(**about, owner=principal.user)
        options = {name: data[name] for name in ("documents", "reading", "wording")}
        try:
            message = ask(session, data["question"], by=principal.user, reason=principal.reason, **options)
        except Refused as refusal:
            raise ValidationError({"documents": [str(refusal.reason)]}) from refusal
        except PermanentError as refusal:
            raise ValidationError({"question": [gettext(refusal.message_id) % refusal.details]}) from refusal
        return Job.objects.get(kind=CHAT.kind, subject_id=message.pk)


class CitationSerializer(serializers.Serializer[Any]):
    """`quote` is [start, end) of the document's text."""

    number = serializers.IntegerField()
    document = serializers.UUIDField()
    title = serializers.CharField(allow_blank=True)
    page = serializers.IntegerField(allow_null=True)
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    quote = serializers.CharField()


class ChatMessageResult(serializers.Serializer[Any]):
    """`complete` says whether `answer` is all of it, with its citations looked up; until then it grows."""

    id = serializers.UUIDField(source="pk")
    session = serializers.UUIDField(source="session_id")
    question = serializers.CharField(source="question.content")
    answer = serializers.SerializerMethodField()
    complete = serializers.SerializerMethodField()
    grounded = serializers.BooleanField()
    label = serializers.SerializerMethodField()  # type: ignore[assignment]
    citations = CitationSerializer(many=True)

    def get_answer(self, message: Any) -> str:
        """Index: that of the unfinished parts of a subject."""
        if message.content:
            return str(message.content)
        part = Part.objects.filter(kind=CHAT.kind, subject_id=message.pk, stage="answer", key=TEXT).first()
        return str(part.data["text"]) if part else ""

    def get_complete(self, message: Any) -> bool:
        return bool(message.content)

    def get_label(self, message: Any) -> str:
        return label_of(message.provider, message.model) if message.provider else ""


def owner(user: int) -> Q:
    return Q(session__owner=user)


CHAT_MESSAGES = Resource(
    model=ChatMessage,
    path="chat-messages",
    owner=owner,
    private=True,
    only=Q(role=MessageRole.ASSISTANT),
    submission=ChatSubmission,
    result=ChatMessageResult,
    related=("session", "question"),
)
