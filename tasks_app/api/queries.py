"""What may be asked of the list of jobs, and its pages."""

from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from tasks_app.api.auth.read_tokens import Minter, TokenScope
from tasks_app.api.auth.subject_types import subject_types

MAX_IDS = 50
MAX_WAIT = 20


def job_id_of(text: str) -> UUID | None:
    """The id that is written exactly as this API writes ids; None for every other text."""
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text.lower() else None


class NoQuery(serializers.Serializer[Any]):
    """`wait` is reserved for servers that may keep a request waiting: seconds; nothing waits so far."""

    wait = serializers.IntegerField(min_value=0, max_value=MAX_WAIT, required=False, default=0)


class ListQuery(NoQuery):
    """With `active`, only jobs that are not done; it means nothing to those asked for by id."""

    active = serializers.BooleanField(default=False)


class IdsQuery(ListQuery):
    """`ids`: from 1 to 50, with commas between them."""

    ids = serializers.CharField()

    def validate_ids(self, value: str) -> list[str]:
        """Each once, in the order asked for."""
        ids = list(dict.fromkeys(value.split(",")))
        if len(ids) > MAX_IDS:
            raise ValidationError(_("At most %(most)d ids are allowed at a time.") % {"most": MAX_IDS})
        return ids


class SubjectQuery(ListQuery):
    """The jobs about one subject."""

    subject_type = serializers.CharField()
    subject_id = serializers.UUIDField()

    def validate_subject_type(self, value: str) -> str:
        if value not in subject_types():
            known = ", ".join(subject_types())
            raise ValidationError(_("Must be one of: %(known)s.") % {"known": known})
        return value


class ChatQuery(ListQuery):
    """The jobs that answer in one chat."""

    chat_session_id = serializers.UUIDField()


class TokenRequest(serializers.Serializer[Any]):
    """Either `jobs`, or `subject_type` and `subject_id`."""

    jobs = serializers.ListField(child=serializers.UUIDField(), max_length=MAX_IDS, required=False, default=list)
    subject_type = serializers.CharField(required=False, default="")
    subject_id = serializers.UUIDField(required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        about_subject = attrs["subject_type"] in subject_types() and attrs["subject_id"] is not None
        if bool(attrs["jobs"]) == about_subject:
            raise ValidationError([_("Give either jobs, or subject_type and subject_id.")])
        return attrs

    def scope(self, minter: Minter) -> TokenScope:
        asked = self.validated_data
        if asked["jobs"]:
            return TokenScope(minter=minter, jobs=tuple(asked["jobs"]))
        return TokenScope(minter=minter, subject_type=asked["subject_type"], subject_id=asked["subject_id"])


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
    return ValidationError({"cursor": [_("Use the URL given in “next”.")]})
