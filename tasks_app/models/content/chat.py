"""Conversations about what a notebook or a council holds."""

from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tasks_app.models.content.base.document import Document
from tasks_app.models.content.base.notebook import Notebook
from tasks_app.models.content.base.subject import Subject
from tasks_app.models.content.council.agenda import AgendaItem, AgendaMaterial
from tasks_app.models.content.council.council import Council
from tasks_app.text.japanese.cleaning import readable

TITLE_CHARACTERS = 80


MAX_QUESTION_LENGTH = 2000
"""Characters: some two pages. What is longer is a source, and belongs into the notebook."""


class MessageRole(models.TextChoices):
    USER = "user", _("Question")
    ASSISTANT = "assistant", _("Answer")


class ReadingMode(models.TextChoices):
    """What of the sources is read for an answer."""

    SEARCH = "search", _("Search for relevant passages")
    FULL = "full", _("Read the sources in full")


class Wording(models.TextChoices):
    FORMATTED = "formatted", _("Formatted text")
    RAW = "raw", _("Extracted text")


class ChatSession(models.Model):
    """A conversation of `owner` about a notebook or a council; answers come from the documents of `scope` alone."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    notebook = models.ForeignKey(
        Notebook, models.CASCADE, null=True, blank=True, related_name="chats", verbose_name=_("notebook")
    )
    council = models.ForeignKey(
        Council, models.CASCADE, null=True, blank=True, related_name="chats", verbose_name=_("council")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="chats",
        verbose_name=_("owner"),
    )
    title = models.CharField(_("title"), max_length=255, blank=True, default="")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("chat")
        verbose_name_plural = _("chats")
        ordering = ("-updated_at",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(notebook__isnull=False, council__isnull=True)
                | models.Q(notebook__isnull=True, council__isnull=False),
                name="chat_about_one_thing",
            ),
        )

    def __str__(self) -> str:
        return self.title or str(_("New chat"))

    @property
    def about(self) -> Notebook | Council:
        """What the conversation is about."""
        about = self.notebook or self.council
        assert about is not None
        return about

    @property
    def scope(self) -> "models.QuerySet[Document]":
        """The documents that may be read for this conversation. Whatever reads for it, reads through this query.

        Those of a notebook; of a council, the minutes of its agenda items and their materials.
        """
        if self.notebook_id:
            return Document.objects.filter(notebook_id=self.notebook_id)
        minutes = AgendaItem.objects.filter(meeting__council=self.about.pk)
        materials = AgendaMaterial.objects.filter(item__meeting__council=self.about.pk)
        return Document.objects.filter(
            models.Q(pk__in=minutes.order_by().values("document_id"))
            | models.Q(pk__in=materials.order_by().values("document_id"))
        )


class ChatMessages(models.Manager["ChatMessage"]):
    """With conversation and question, which every stage of a job needs: one query instead of three."""

    def get_queryset(self) -> "models.QuerySet[ChatMessage]":
        return super().get_queryset().select_related("session", "question")


class ChatMessage(Subject):
    """A question, or the answer to one. An answer's text is empty until its job has succeeded.

    `documents` are the ids that were chosen; none means all of the scope. `passages` is what the answer is written
    from: [{number, document, digest, start, end, page, heading}]; `found_in` how many chunks they were chosen from.
    `draft` is what the model wrote, before code looked at its citations; `content` what was left of it.
    `citations`: [{number, document, digest, title, page, start, end, quote}], offsets in the document's text.
    `grounded` is False where nothing in the sources bears the answer out.
    """

    session = models.ForeignKey(ChatSession, models.CASCADE, related_name="messages", verbose_name=_("chat"))
    role = models.CharField(_("role"), max_length=10, choices=MessageRole, default=MessageRole.ASSISTANT)
    question = models.OneToOneField(
        "self", models.CASCADE, null=True, blank=True, related_name="answer", verbose_name=_("question")
    )
    content = models.TextField(_("content"), blank=True, default="")
    documents = ArrayField(models.UUIDField(), default=list, blank=True, verbose_name=_("selected sources"))
    reading = models.CharField(_("reading mode"), max_length=10, choices=ReadingMode, default=ReadingMode.SEARCH)
    wording = models.CharField(_("text version"), max_length=10, choices=Wording, default=Wording.FORMATTED)
    passages = models.JSONField(_("passages used"), default=list, blank=True)
    found_in = models.PositiveIntegerField(_("chunks searched"), default=0)
    coverage = models.PositiveIntegerField(_("characters read"), default=0)
    draft = models.TextField(_("draft"), blank=True, default="")
    citations = models.JSONField(_("citations"), default=list, blank=True)
    grounded = models.BooleanField(_("supported by the sources"), default=False)
    provider = models.CharField(_("answered by"), max_length=40, blank=True, default="")
    model = models.CharField(_("model"), max_length=100, blank=True, default="")

    objects = ChatMessages()

    class Meta:
        verbose_name = _("chat message")
        verbose_name_plural = _("chat messages")
        ordering = ("created_at",)
        indexes = (models.Index(fields=("session", "created_at"), name="chat_message_order"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(role=MessageRole.USER, question__isnull=True)
                | models.Q(role=MessageRole.ASSISTANT, question__isnull=False),
                name="chat_answer_has_question",
            ),
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.title = readable(self.title).replace("\n", " ")[:TITLE_CHARACTERS]
        super().save(*args, **kwargs)

    @property
    def job_title(self) -> str:
        """What the chat is about. The question is its owner's alone."""
        return self.session.about.title

    @property
    def job_notebook_id(self) -> UUID | None:
        return self.session.notebook_id

    @property
    def job_owner_id(self) -> int | None:
        return self.session.owner_id

    def input_digest(self) -> str:
        asked = self.question.content if self.question else ""
        facts = (asked, self.reading, self.wording, *sorted(map(str, self.documents)))
        return sha256("\0".join(facts).encode()).hexdigest()
