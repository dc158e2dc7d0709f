"""The minutes of a meeting: a file somebody uploaded to a notebook, or text they pasted."""

from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from tasks_app.models.document import DocumentSubject
from tasks_app.models.notebook import Notebook
from tasks_app.models.source import Source
from tasks_app.models.stored_file import FileOrText


class Minute(FileOrText, DocumentSubject):
    """`sources` are related ones of the same notebook, which whoever relates them must see to; they change no work."""

    notebook = models.ForeignKey(Notebook, models.CASCADE, related_name="minutes", verbose_name=_("notebook"))
    sources = models.ManyToManyField(Source, blank=True, related_name="minutes", verbose_name=_("related sources"))

    class Meta(FileOrText.Meta):
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")
        ordering = ("-created_at",)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row and its document."""
        with transaction.atomic():
            if self._state.adding:
                self.make_document(self.notebook_id)
            super().save(*args, **kwargs)

    @property
    def job_notebook_id(self) -> UUID | None:
        return self.notebook_id

    @property
    def job_owner_id(self) -> int | None:
        return self.notebook.owner_id

    def input_digest(self) -> str:
        return self.content_digest
