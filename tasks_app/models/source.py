"""A source: a file somebody uploaded to a notebook, or text they pasted."""

from functools import partial
from hashlib import sha256
from pathlib import PurePath
from typing import Any
from unicodedata import category
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import models, transaction
from django.db.models import Q
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from tasks_app.models.document import DocumentSubject
from tasks_app.models.notebook import Notebook
from tasks_app.text.cleaning import readable, storable


def stored_name(_source: "Source", filename: str) -> str:
    """Files are kept under a random name; the name the user gave is kept in the row."""
    return f"sources/{uuid4().hex}{PurePath(filename).suffix.lower()[:10]}"


def file_digest(file: File) -> str:  # type: ignore[type-arg]
    """SHA-256 of a file's content, read in pieces."""
    digest = sha256()
    for piece in file.chunks():
        digest.update(piece)
    return digest.hexdigest()


def shown_name(name: str) -> str:
    """A user's file name, safe to show: no folders, no control or direction-changing characters."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(character for character in base if category(character)[0] != "C")[-255:]


class Source(DocumentSubject):
    """Either `file` or `pasted_text`. `content_digest` follows what was put in."""

    notebook = models.ForeignKey(Notebook, models.CASCADE, related_name="sources", verbose_name=_("notebook"))
    file = models.FileField(_("file"), upload_to=stored_name, blank=True)
    filename = models.CharField(_("file name"), max_length=255, blank=True, default="", editable=False)
    pasted_text = models.TextField(_("pasted text"), blank=True, default="")
    content_digest = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=(Q(file="") & ~Q(pasted_text="")) | (~Q(file="") & Q(pasted_text="")),
                name="source_file_or_text",
            ),
        )

    def clean(self) -> None:
        """Raises ValidationError if the file is larger than what is accepted."""
        limit = settings.UPLOAD_MAX_BYTES
        if self.file and not self.file._committed and self.file.size > limit:  # type: ignore[attr-defined]
            message = _(
                "The file is larger than %(limit)s MB, the most that is accepted. Split it and upload the parts."
            )
            raise ValidationError({"file": ValidationError(message, "too_large", {"limit": limit // 1024**2})})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row, its document, and the digest of what was put in, without what cannot be stored."""
        self.title = readable(self.title).replace("\n", " ")
        self.pasted_text = storable(self.pasted_text)
        if self.file and not self.file._committed:  # type: ignore[attr-defined]
            self.filename = shown_name(self.file.name or "")
            self.content_digest = file_digest(self.file)
        elif self.pasted_text:
            self.content_digest = sha256(self.pasted_text.encode()).hexdigest()
        with transaction.atomic():
            former = Source.objects.filter(pk=self.pk).values_list("file", flat=True).first()
            if self._state.adding:
                self.make_document(self.notebook_id)
            super().save(*args, **kwargs)
            if former and former != self.file.name:
                forget_file(former)

    @property
    def job_notebook_id(self) -> UUID | None:
        return self.notebook_id

    @property
    def job_owner_id(self) -> int | None:
        return self.notebook.owner_id

    def input_digest(self) -> str:
        return self.content_digest


def forget_file(name: str) -> None:
    """Remove a stored file once the transaction that no longer needs it has committed."""
    transaction.on_commit(partial(Source._meta.get_field("file").storage.delete, name))


@receiver(post_delete, sender=Source, dispatch_uid="file_of_deleted_source")
def remove_file(instance: Source, **_kwargs: object) -> None:
    if instance.file.name:
        forget_file(instance.file.name)
