"""Who else may use the API, and what was asked with which idempotency key."""

import secrets
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

SERVICE_PREFIX = "nbs_"
SHOWN_CHARACTERS = 10
SECRET_BYTES = 32


def digest_of(token: str) -> str:
    """SHA-256 is enough: tokens are 256 random bits, nobody can try them one by one."""
    return sha256(token.encode()).hexdigest()


class ServiceTokens(models.QuerySet["ServiceToken"]):
    def valid(self) -> "ServiceTokens":
        """Those that are neither revoked nor expired."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=Now()), revoked_at=None)

    def of_secret(self, token: str) -> "ServiceTokens":
        """The one with this secret, or with this secret before it was rotated, for as long as both are accepted."""
        digest = digest_of(token)
        return self.filter(Q(digest=digest) | Q(previous_digest=digest, previous_until__gt=Now()))


class ServiceToken(models.Model):
    """Lets one backend of the product use the API. The token itself is shown once and never stored.

    `prefix` is how it begins, by which people tell tokens apart. `last_used_at` is exact to the hour. No `kinds` or no
    `notebooks` means all of them; `addresses` are addresses or networks, none means any.
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    prefix = models.CharField(_("starts with"), max_length=16, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    previous_digest = models.CharField(max_length=64, blank=True, default="", db_index=True, editable=False)
    previous_until = models.DateTimeField(_("previous secret accepted until"), null=True, editable=False)
    may_submit = models.BooleanField(_("may submit and requeue"), default=True)
    may_read = models.BooleanField(_("may read"), default=True)
    may_cancel = models.BooleanField(_("may cancel"), default=True)
    kinds = ArrayField(models.CharField(max_length=100), verbose_name=_("kinds"), blank=True, default=list)
    notebooks = models.ManyToManyField("tasks_app.Notebook", verbose_name=_("notebooks"), blank=True, related_name="+")
    addresses = ArrayField(models.CharField(max_length=50), verbose_name=_("IP addresses"), blank=True, default=list)
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
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
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    last_address = models.GenericIPAddressField(_("last used from"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    objects = ServiceTokens.as_manager()

    class Meta:
        verbose_name = _("service token")
        verbose_name_plural = _("service tokens")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def issue(self) -> str:
        """A new token for the row, not stored yet: to be shown once."""
        token = SERVICE_PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        self.prefix, self.digest = token[:SHOWN_CHARACTERS], digest_of(token)
        return token

    def rotate(self, until: datetime) -> str:
        """As `issue`; the secret so far is accepted as well until then."""
        self.previous_digest, self.previous_until = self.digest, until
        return self.issue()


class IdempotencyKey(models.Model):
    """What a principal asked for with a key, and the answer. Kept for `jobs.retention.KEY_HOURS`."""

    principal = models.CharField(max_length=100)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    jobs = models.JSONField(default=list)
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("principal", "key"), name="idempotency_key"),)

    def __str__(self) -> str:
        return self.key
