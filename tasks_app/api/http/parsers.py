"""Reading what is sent: never more than is allowed, and never so deep that Python gives up."""

from collections.abc import Mapping
from typing import IO, Any

from django.utils.http import parse_header_parameters
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request

from tasks_app.access.request_size import is_too_large
from tasks_app.api.http.file_names import DecodedFileNames


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("The request is too large.")
    default_code = "too_large"


class JSONObjectParser(JSONParser):
    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """An object. Raises ParseError also for what is nested too deep."""
        try:
            data = super().parse(stream, media_type, parser_context)
        except (RecursionError, ParseError) as error:
            raise ParseError(_("The body is not valid JSON.")) from error
        if not isinstance(data, dict):
            raise ParseError(_("The body must be a JSON object."))
        return data


class UploadParser(MultiPartParser):
    """One file with fields around it."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Names of files may be in the encodings of Japanese: Django would leave out such a file without a word."""
        boundary = parse_header_parameters(media_type or "")[1].get("boundary", "")
        return super().parse(DecodedFileNames(stream, boundary), media_type, parser_context)  # type: ignore[arg-type]


def measure(request: Request) -> None:
    """Raises TooLarge before any of the request is read."""
    if is_too_large(request._request):
        raise TooLarge
