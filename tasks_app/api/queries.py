"""What may be asked of the list of jobs, and its pages."""

from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from tasks_app.api.subject_types import subject_types

MOST_IDS = 50


def job_id_of(text: str) -> UUID | None:
    """The id that is written exactly as this API writes ids; None for every other text."""
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text.lower() else None


class IdsQuery(serializers.Serializer[Any]):
    """`ids`: from 1 to 50, with commas between them."""

    ids = serializers.CharField()

    def validate_ids(self, value: str) -> list[str]:
        """Each once, in the order asked for."""
        ids = list(dict.fromkeys(value.split(",")))
        if len(ids) > MOST_IDS:
            raise ValidationError(_("At most %(most)d ids at a time.") % {"most": MOST_IDS})
        return ids


class SubjectQuery(serializers.Serializer[Any]):
    """The jobs about one subject; with `active`, only those that are not done."""

    subject_type = serializers.CharField()
    subject_id = serializers.UUIDField()
    active = serializers.BooleanField(default=False)

    def validate_subject_type(self, value: str) -> str:
        if value not in subject_types():
            known = ", ".join(subject_types())
            raise ValidationError(_("Not one of: %(known)s.") % {"known": known})
        return value


class NewestFirst(CursorPagination):
    """A cursor that was tampered with is a bad request, like any other wrong parameter."""

    ordering = ("-created_at", "-id")
    page_size = 50

    def decode_cursor(self, request: Request) -> Cursor | None:
        try:
            cursor = super().decode_cursor(request)
        except NotFound:
            raise _invalid_cursor() from None
        if cursor is not None and cursor.position is not None and not _is_time(str(cursor.position)):
            raise _invalid_cursor()
        return cursor


def _is_time(text: str) -> bool:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return False
    return moment is not None and moment.tzinfo is not None


def _invalid_cursor() -> ValidationError:
    return ValidationError({"cursor": [_("Use the address given as next.")]})
