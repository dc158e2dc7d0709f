"""The minutes of a meeting: a file somebody uploaded to a notebook, or text they pasted."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.signals import m2m_changed
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from tasks_app.models.content.base.document import DocumentSubject
from tasks_app.models.content.base.notebook import Notebook
from tasks_app.models.content.base.stored_file import FileOrText
from tasks_app.models.content.source import Source

STRANGERS_NAMED = 5


class Minute(FileOrText, DocumentSubject):
    """`sources` are related ones of the same notebook; relating others raises ValidationError. They change no work."""

    notebook = models.ForeignKey(Notebook, models.CASCADE, related_name="minutes", verbose_name=_("notebook"))
    sources = models.ManyToManyField(Source, blank=True, related_name="minutes", verbose_name=_("related sources"))

    class Meta(FileOrText.Meta):
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")
        ordering = ("-created_at",)

    @property
    def job_notebook_id(self) -> UUID | None:
        return self.notebook_id

    @property
    def job_owner_id(self) -> int | None:
        return self.notebook.owner_id

    def input_digest(self) -> str:
        return self.content_digest


def require_same_notebook(notebook_id: UUID | None, source_ids: Iterable[UUID]) -> None:
    """Raises ValidationError that names sources of other notebooks."""
    strangers = Source.objects.filter(pk__in=source_ids).exclude(notebook=notebook_id).values_list("title", flat=True)
    if titles := list(strangers[:STRANGERS_NAMED]):
        raise ValidationError(
            _("Only sources in the same notebook can be related. These are in another one: %(titles)s."),
            code="other_notebook",
            params={"titles": ", ".join(titles)},
        )


@receiver(m2m_changed, sender=Minute.sources.through)
def check_sources(instance: Any, action: str, reverse: bool, pk_set: set[UUID] | None, **_kwargs: object) -> None:
    """From either side: minutes that get sources, or a source that gets minutes."""
    if action != "pre_add" or not pk_set:
        return
    if not reverse:
        require_same_notebook(instance.notebook_id, pk_set)
        return
    for notebook_id in Minute.objects.filter(pk__in=pk_set).values_list("notebook", flat=True).distinct():
        require_same_notebook(notebook_id, [instance.pk])
