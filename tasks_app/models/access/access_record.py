"""The access log: sign-ins, failures, sign-outs, downloads and exports. Rows are added and expire, never changed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class AccessEvent(models.TextChoices):
    SIGNED_IN = "signed_in", _("Signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("Sign-in failed")
    SIGN_IN_REFUSED = "sign_in_refused", _("Sign-in refused (locked)")
    SIGNED_OUT = "signed_out", _("Signed out")
    UNLOCKED = "unlocked", _("Unlocked")
    DOWNLOADED = "downloaded", _("Downloaded")
    EXPORTED = "exported", _("Exported")


SIGN_INS = (AccessEvent.SIGNED_IN, AccessEvent.SIGN_IN_FAILED, AccessEvent.UNLOCKED)
"""What decides whether an account or an address is locked."""


class AccessRecord(models.Model):
    """Who did what, when, and from where. It holds no password and nothing of a document, not even its title.

    `name` is the account's, also once the account is gone, or the service token's. What somebody typed as a name that
    no account has is not kept, as it may be a password; `account_key` distinguishes such names (`access.lockout`).
    `target` is the path of what was downloaded, or what was unlocked.
    """

    at = models.DateTimeField(_("time"), db_default=Now())
    event = models.CharField(_("event"), max_length=20, choices=AccessEvent)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("user")
    )
    name = models.CharField(_("name"), max_length=150, blank=True, default="")
    address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    target = models.CharField(_("object"), max_length=255, blank=True, default="")
    account_key = models.CharField(max_length=64, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("access record")
        verbose_name_plural = _("access log")
        ordering = ("-at", "-id")
        permissions = (("unlock_accessrecord", "Can unlock accounts and addresses"),)
        indexes = (
            models.Index(fields=("-at", "-id"), name="access_newest"),
            models.Index(fields=("account_key", "-at"), condition=Q(event__in=SIGN_INS), name="access_account"),
            models.Index(fields=("address", "-at"), condition=Q(event__in=SIGN_INS), name="access_address"),
        )

    def __str__(self) -> str:
        return f"{self.get_event_display()} {self.name}".strip()
