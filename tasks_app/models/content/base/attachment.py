"""A file that was uploaded, or is fetched from an address and kept."""

from hashlib import sha256
from typing import Any

from django.core.files.base import File
from django.db import models, transaction
from django.utils import timezone
from django.utils.http import parse_header_parameters
from django.utils.translation import gettext_lazy as _

from tasks_app.models.content.base.stored_file import StoredFile


class Attachment(StoredFile):
    """`file` is what was uploaded or, where there is a `url`, what was fetched from it last.

    `content_digest` is empty while there is no file. `fetched_url` is where redirects led,
    `content_type` what the server called it; both are empty for an upload.
    """

    url = models.URLField(_("URL"), max_length=2000, blank=True, default="")
    fetched_url = models.CharField(_("fetched from"), max_length=2000, blank=True, default="", editable=False)
    fetched_at = models.DateTimeField(_("fetched"), null=True, blank=True, editable=False)
    content_type = models.CharField(_("content type"), max_length=100, blank=True, default="", editable=False)

    class Meta(StoredFile.Meta):
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row with the digest of its file; what was fetched from another address is forgotten."""
        with transaction.atomic():
            former = type(self)._default_manager.filter(pk=self.pk).values_list("url", flat=True).first()
            if former not in (None, self.url) and not self.has_new_file():
                self.file = ""
            if not self.file:
                self.filename = self.content_digest = self.fetched_url = self.content_type = ""
                self.fetched_at = None
            super().save(*args, **kwargs)

    @property
    def charset(self) -> str:
        """What the server called the file's encoding; empty where it did not, and for an upload."""
        _kind, parameters = parse_header_parameters(self.content_type)
        return parameters.get("charset", "").strip("\"' ")

    @property
    def attached(self) -> bool:
        return bool(self.file or self.url)

    def attachment_digest(self) -> str:
        """Changes with what staff submitted: the address, or the uploaded file; empty where there is neither."""
        return sha256(self.url.encode()).hexdigest() if self.url else self.content_digest

    def keep_fetched(self, content: "File[bytes]", *, filename: str, content_type: str, fetched_url: str) -> None:
        """Store what was fetched from `url` in place of what was fetched before."""
        self.file = File(content, name=filename)
        self.fetched_url, self.content_type = fetched_url[:2000], content_type[:100]
        self.fetched_at = timezone.now()
        self.save(
            update_fields=("file", "filename", "content_digest", "fetched_url", "fetched_at", "content_type"),
        )
