"""What is known about providers, and what staff tell the models behind them."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tasks_app.models.engine.fields import ErrorFields


class ProviderState(ErrorFields):
    """How calls to one provider went of late. `unreachable_since` is null while it can be reached.

    The error is the newest one; it stays, for people to read, after calls succeed again.
    """

    provider = models.CharField(_("model provider"), max_length=40, primary_key=True)
    host = models.CharField(_("receives the text"), max_length=255, blank=True, default="")
    model = models.CharField(_("model"), max_length=100, blank=True, default="")
    failed_at = models.DateTimeField(_("last error"), null=True, blank=True)
    answered_at = models.DateTimeField(_("last answer"), null=True, blank=True)
    unreachable_since = models.DateTimeField(_("unreachable since"), null=True, blank=True)

    class Meta:
        verbose_name = _("model provider")
        verbose_name_plural = _("model providers")
        ordering = ("provider",)
        permissions = (("test_provider", "Can test the connection to providers"),)

    def __str__(self) -> str:
        return self.provider


class PromptOverride(models.Model):
    """One version of a prompt that staff use instead of the default. Rows are added, never changed.

    The newest of a (prompt, language) holds; an empty `text` goes back to the default.
    """

    prompt = models.CharField(_("prompt"), max_length=100)
    language = models.CharField(_("language"), max_length=10)
    text = models.TextField(_("text"), blank=True, default="")
    reason = models.CharField(_("reason"), max_length=255, blank=True, default="")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("custom prompt")
        verbose_name_plural = _("prompts")
        ordering = ("-id",)
        indexes = (models.Index("prompt", "language", models.F("id").desc(), name="prompt_newest"),)

    def __str__(self) -> str:
        return f"{self.prompt}.{self.language}"
