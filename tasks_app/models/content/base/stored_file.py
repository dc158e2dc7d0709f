"""Rows that keep what somebody submitted: a file, or a file or a text."""

from functools import partial
from hashlib import sha256
from pathlib import PurePath
from typing import Any
from unicodedata import category
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import models, transaction
from django.db.models import Q
from django.db.models.signals import class_prepared, post_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from tasks_app.text.japanese.cleaning import storable


def stored_name(row: models.Model, filename: str) -> str:
    """Files are kept under a random name, in a folder per model; the name the user gave is kept in the row."""
    return f"{row._meta.model_name}s/{uuid4().hex}{PurePath(filename).suffix.lower()[:10]}"


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


class StoredFile(models.Model):
    """`content_digest` follows the file. A file that was replaced, or whose row is gone, is removed on commit."""

    file = models.FileField(_("file"), upload_to=stored_name, blank=True)
    filename = models.CharField(_("file name"), max_length=255, blank=True, default="", editable=False)
    content_digest = models.CharField(max_length=64, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.has_new_file():
            self.filename = shown_name(self.file.name or "")
            self.content_digest = file_digest(self.file)
        with transaction.atomic():
            former = type(self)._default_manager.filter(pk=self.pk).values_list("file", flat=True).first()
            super().save(*args, **kwargs)
            if former and former != self.file.name:
                self.forget_file(former)

    def clean(self) -> None:
        """Raises ValidationError if the file is larger than what is accepted."""
        super().clean()
        limit = self.largest_file()
        if self.has_new_file() and self.file.size > limit:
            message = _("The file is larger than the limit of %(limit)s MB. Split it and upload the parts.")
            raise ValidationError({"file": ValidationError(message, "too_large", {"limit": limit // 1024**2})})

    @classmethod
    def largest_file(cls) -> int:
        """Bytes of the largest file that is accepted."""
        return int(settings.UPLOAD_MAX_BYTES)

    def has_new_file(self) -> bool:
        """Whether the file is one that is not stored yet."""
        return bool(self.file) and not self.file._committed  # type: ignore[attr-defined]

    def forget_file(self, name: str) -> None:
        """Remove a stored file once the transaction that no longer needs it has committed."""
        transaction.on_commit(partial(self.file.storage.delete, name))


class FileOrText(StoredFile):
    """Either `file` or `pasted_text`, never both or neither."""

    pasted_text = models.TextField(_("pasted text"), blank=True, default="")

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                condition=(Q(file="") & ~Q(pasted_text="")) | (~Q(file="") & Q(pasted_text="")),
                name="%(class)s_file_or_text",
            ),
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Without what cannot be stored."""
        self.pasted_text = storable(self.pasted_text)
        if self.pasted_text:
            self.content_digest = sha256(self.pasted_text.encode()).hexdigest()
        super().save(*args, **kwargs)


@receiver(class_prepared)
def watch_deletion(sender: type[models.Model], **_kwargs: object) -> None:
    """Only of rows with a file: a receiver for every model would make Django delete chunks one by one."""
    if issubclass(sender, StoredFile):
        post_delete.connect(remove_file, sender=sender, dispatch_uid="file_of_deleted_row")


def remove_file(instance: StoredFile, **_kwargs: object) -> None:
    if instance.file.name:
        instance.forget_file(instance.file.name)
