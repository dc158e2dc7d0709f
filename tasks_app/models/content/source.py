"""A source: a file somebody uploaded to a notebook, or text they pasted."""

from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from tasks_app.models.content.base.document import DocumentSubject
from tasks_app.models.content.base.notebook import Notebook
from tasks_app.models.content.base.stored_file import FileOrText


class Source(FileOrText, DocumentSubject):
    notebook = models.ForeignKey(Notebook, models.CASCADE, related_name="sources", verbose_name=_("notebook"))

    class Meta(FileOrText.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ("-created_at",)

    @property
    def job_notebook_id(self) -> UUID | None:
        return self.notebook_id

    @property
    def job_owner_id(self) -> int | None:
        return self.notebook.owner_id

    def input_digest(self) -> str:
        return self.content_digest
