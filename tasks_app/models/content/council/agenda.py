"""What a meeting has on its agenda: items, the materials distributed for them, and their minutes."""

import json
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tasks_app.models.content.base.attachment import Attachment
from tasks_app.models.content.base.document import DocumentSubject
from tasks_app.models.content.council.council import CouncilMeeting
from tasks_app.text.japanese.cleaning import storable


class AgendaItem(Attachment, DocumentSubject):
    """`file`, `url` or `pasted_text`, at most one of them submitted, is the minutes; `document` holds their text.

    Subject of three kinds: the whole item (`input_digest`), its minutes alone (`minutes_digest`), and its summary.
    """

    meeting = models.ForeignKey(CouncilMeeting, models.CASCADE, related_name="items", verbose_name=_("meeting"))
    number = models.PositiveIntegerField(_("agenda number"))
    pasted_text = models.TextField(_("pasted text"), blank=True, default="")

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ("meeting", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("meeting", "number"),
                name="agenda_number",
                violation_error_message=_("The meeting already has an agenda item with this number."),
            ),
            models.CheckConstraint(
                condition=Q(pasted_text="") | Q(file="", url=""),
                name="agenda_minutes_one_kind",
                violation_error_message=_("Add the minutes as a file, a URL or pasted text; only one of them."),
            ),
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row and its document, without what cannot be stored."""
        self.pasted_text = storable(self.pasted_text)
        super().save(*args, **kwargs)

    @property
    def has_minutes(self) -> bool:
        return bool(self.attached or self.pasted_text)

    @property
    def job_notebook_id(self) -> UUID | None:
        return None

    @property
    def job_owner_id(self) -> int | None:
        return self.meeting.council.owner_id

    def minutes_digest(self) -> str:
        """Changes with the minutes as staff put them in; empty where there are none."""
        return sha256(self.pasted_text.encode()).hexdigest() if self.pasted_text else self.attachment_digest()

    def input_digest(self) -> str:
        """Changes with the minutes, and with any material added, replaced or taken away."""
        materials = [(str(material.pk), material.input_digest()) for material in self.materials.order_by("pk")]
        return sha256(json.dumps([self.minutes_digest(), materials]).encode()).hexdigest()


class AgendaMaterial(Attachment, DocumentSubject):
    """A file or an address; `document` holds its text."""

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="materials", verbose_name=_("agenda item"))
    number = models.PositiveIntegerField(_("material number"))

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ("item", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("item", "number"),
                name="material_number",
                violation_error_message=_("The agenda item already has a material with this number."),
            ),
            models.CheckConstraint(
                condition=~Q(file="", url=""),
                name="material_file_or_url",
                violation_error_message=_("Upload a file or enter a URL."),
            ),
        )

    @property
    def job_notebook_id(self) -> UUID | None:
        return None

    @property
    def job_owner_id(self) -> int | None:
        return self.item.meeting.council.owner_id

    def input_digest(self) -> str:
        return self.attachment_digest()
