"""Asking twice with the same Idempotency-Key does once, and answers alike."""

import json
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request

from tasks_app.api.auth.principals import Principal
from tasks_app.jobs.statements import rows
from tasks_app.models import IdempotencyKey, Job
from tasks_app.models.content.base.stored_file import file_digest

HEADER = "Idempotency-Key"
MAX_CHARACTERS = 255
TRY_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%(name)s, 0))"
"""Held until the transaction ends: a request that does not get it learns that the first one is still running."""


class InProgress(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = _("A request with this Idempotency-Key is still in progress.")
    default_code = "in_progress"


class Reused(APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = _("This Idempotency-Key was used for another request.")
    default_code = "key_reused"


@transaction.atomic
def once(request: Request, principal: Principal, make: Callable[[], Sequence[Job]]) -> list[UUID]:
    """The ids of the jobs made by `make`, now or when the key was first used. One transaction.

    Raises InProgress, Reused, ValidationError for a key that is none, and whatever `make` raises: then nothing is
    kept and the key may be used again.
    """
    key = _key(request)
    if key is None:
        return [job.pk for job in make()]
    if not rows(TRY_LOCK, {"name": f"{principal.key} {key}"})[0][0]:
        raise InProgress
    asked = _fingerprint(request)
    kept = IdempotencyKey.objects.filter(principal=principal.key, key=key).first()
    if kept is None:
        jobs = [job.pk for job in make()]
        ids = [str(pk) for pk in jobs]
        IdempotencyKey.objects.create(principal=principal.key, key=key, fingerprint=asked, jobs=ids)
        return jobs
    if kept.fingerprint != asked:
        raise Reused
    return [UUID(pk) for pk in kept.jobs]


def _key(request: Request) -> str | None:
    key: str | None = request.headers.get(HEADER)
    if key is None:
        return None
    key = key.strip()
    if not (0 < len(key) <= MAX_CHARACTERS and key.isascii() and key.isprintable()):
        raise ValidationError({HEADER: [_("The key must be 1 to 255 printable ASCII characters.")]})
    return key


def _fingerprint(request: Request) -> str:
    """Of address and content; of a form, what is in it, as the borders between its parts differ every time."""
    content: Any = request.data
    if hasattr(content, "lists"):
        content = {name: [_plain(value) for value in values] for name, values in content.lists()}
    return sha256(json.dumps([request.path, content], sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    return [value.name, file_digest(value)] if isinstance(value, UploadedFile) else value
