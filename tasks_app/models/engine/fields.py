"""Columns shared by several rows: how an ending that was not a success is kept, and what was spent."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import SERVER_SAID


def render(message: str, details: Mapping[str, Any]) -> str:
    """The stored English message id in the active language, its placeholders filled."""
    return gettext(message) % details if message else ""


def with_server_words(text: str, details: Mapping[str, Any]) -> str:
    """`text` and, in the active language, the words of a server that are among the details of its failure."""
    said = details.get(SERVER_SAID)
    return gettext("%(text)s The server said: %(said)s") % {"text": text, "said": said} if said else text


class ErrorFields(models.Model):
    """`error_message` is an English message id; `error_details` fills its placeholders."""

    error_class = models.CharField(_("error class"), max_length=100, blank=True, default="", db_default="")
    error_code = models.CharField(_("error code"), max_length=100, blank=True, default="", db_default="")
    error_message = models.TextField(_("error message"), blank=True, default="", db_default="")
    error_details = models.JSONField(
        _("error details"), blank=True, default=dict, db_default=models.Value({}, models.JSONField())
    )
    error_fingerprint = models.CharField(_("error fingerprint"), max_length=16, blank=True, default="", db_default="")

    class Meta:
        abstract = True

    @property
    def error_text(self) -> str:
        """The message in the active language; empty when there was no error."""
        return render(self.error_message, self.error_details)

    @property
    def error_for_operators(self) -> str:
        """The same with what the server itself said, where it said anything."""
        return with_server_words(self.error_text, self.error_details)


class SpendingFields(models.Model):
    """What the calls to providers cost: tokens, and money in the currency of the price table."""

    input_tokens = models.PositiveIntegerField(_("input tokens"), default=0, db_default=0)
    output_tokens = models.PositiveIntegerField(_("output tokens"), default=0, db_default=0)
    cost = models.DecimalField(_("cost"), max_digits=12, decimal_places=6, default=0, db_default=0)

    class Meta:
        abstract = True
