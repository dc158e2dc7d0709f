"""The text of one subject, and all that is made of it: shared by every subject that has a text."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models, transaction
from django.db.models.signals import class_prepared, post_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from pgvector.django import VectorField

from tasks_app.models.content.base.notebook import Notebook
from tasks_app.models.content.base.subject import Subject


class Document(models.Model):
    """`text` is as extracted, line ends as \\n; offsets everywhere are characters in it.

    `text_digest` changes with the text and with where its pages and headings are. `pages` is a list of
    [number, start, end]; `headings` of [start, level, title]; `hidden` of [start, end]: what the document's own
    program does not show, and no summary is made from; `omissions` of `text.extraction.common.omissions.Omission`.
    `summary_coverage` counts the characters the
    summary was made from, of `text`'s length. `summary_provider` and `summary_model` name who wrote it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    notebook = models.ForeignKey(
        Notebook,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("notebook"),
    )
    text = models.TextField(_("text"), blank=True, default="")
    text_digest = models.CharField(_("text digest"), max_length=64, blank=True, default="")
    encoding = models.CharField(_("encoding"), max_length=40, blank=True, default="")
    pages = models.JSONField(_("pages"), default=list, blank=True)
    headings = models.JSONField(_("headings"), default=list, blank=True)
    hidden = models.JSONField(_("hidden parts"), default=list, blank=True)
    omissions = models.JSONField(_("what was left out"), default=list, blank=True)
    formatted_text = models.TextField(_("formatted text"), blank=True, default="")
    summary = models.TextField(_("summary"), blank=True, default="")
    summary_provider = models.CharField(_("summary method"), max_length=40, blank=True, default="")
    summary_model = models.CharField(_("model"), max_length=100, blank=True, default="")
    summary_coverage = models.PositiveIntegerField(_("characters summarised"), default=0)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return str(self.pk)


class Chunk(models.Model):
    """`text[start:end]` of a document; the chunks of a document in order of `position` reproduce its text.

    `search` holds character bigrams for lexical retrieval; `embedding` is null until an endpoint embeds it.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="chunks", verbose_name=_("document"))
    position = models.PositiveIntegerField(_("position"))
    start = models.PositiveIntegerField(_("start"))
    end = models.PositiveIntegerField(_("end"))
    page = models.PositiveIntegerField(_("page"), null=True, blank=True)
    heading = models.CharField(_("heading"), max_length=500, blank=True, default="")
    content = models.TextField(_("content"))
    search = SearchVectorField(null=True, editable=False)
    embedding = VectorField(null=True, editable=False)
    embedding_model = models.CharField(_("embedding model"), max_length=100, blank=True, default="")

    class Meta:
        verbose_name = _("chunk")
        verbose_name_plural = _("chunks")
        ordering = ("document", "position")
        constraints = (models.UniqueConstraint(fields=("document", "position"), name="chunk_position"),)
        indexes = (GinIndex(fields=("search",), name="chunk_search"),)

    def __str__(self) -> str:
        return f"{self.document_id} [{self.start}, {self.end})"


class DocumentSubject(Subject):
    """A subject with a text: owns exactly one Document, made with it and removed with it."""

    document = models.OneToOneField(
        Document, models.RESTRICT, related_name="%(class)s", editable=False, verbose_name=_("document")
    )

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row and, with a new one, its document."""
        with transaction.atomic():
            if self._state.adding:
                self.document = Document.objects.create(notebook_id=self.document_notebook_id)
            super().save(*args, **kwargs)

    @property
    def document_notebook_id(self) -> UUID | None:
        """The notebook whose chats may read the document."""
        return self.job_notebook_id


@receiver(class_prepared)
def watch_deletion(sender: type[models.Model], **_kwargs: object) -> None:
    """Only of subjects: a receiver for every model would make Django delete chunks one by one."""
    if issubclass(sender, DocumentSubject):
        post_delete.connect(remove_document, sender=sender, dispatch_uid="document_of_deleted_subject")


def remove_document(instance: DocumentSubject, **_kwargs: object) -> None:
    Document.objects.filter(pk=instance.document_id).delete()


def titles(documents: Iterable[UUID]) -> dict[UUID, str]:
    """What the subjects of these documents are called, in one query over every model of subjects."""
    wanted = list(documents)
    subjects = [
        model._default_manager.filter(document_id__in=wanted).order_by().values_list("document_id", "title")
        for model in apps.get_models()
        if issubclass(model, DocumentSubject)
    ]
    return dict(subjects[0].union(*subjects[1:], all=True)) if wanted else {}
