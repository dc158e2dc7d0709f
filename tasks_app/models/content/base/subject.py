"""What a job is about: the columns common to all subjects."""

from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tasks_app.text.japanese.cleaning import readable


class Subject(models.Model):
    """A row that jobs of some kind work on: a `registry.JobSubject`. It keeps no state of its own; its jobs do."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    title = models.CharField(_("title"), max_length=255)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """With the title on one line and without what cannot be stored."""
        self.title = readable(self.title).replace("\n", " ")
        super().save(*args, **kwargs)

    @property
    def job_title(self) -> str:
        """As `registry.JobSubject` asks: the title. A private subject says what it is about, not what it holds."""
        return self.title

    @property
    def job_notebook_id(self) -> UUID | None:
        """As `registry.JobSubject` asks."""
        raise NotImplementedError
