"""How much a request may send. It is measured by what the request says of itself, before any of it is read."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

UPLOAD = "multipart/form-data"
FORM_BYTES = 1024 * 1024
"""What the fields and borders around a file may take."""

STRANGER_BYTES = 64 * 1024
"""What somebody who is not signed in may send: forms, of which so little that Django keeps it in memory."""

API = "/api/"
"""Its views measure for themselves, and read nothing of a stranger's."""


class RequestSizeMiddleware:
    """Before the protection against forged requests, which reads a form, and so writes its files to disk."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(API) or not _size(request):
            return self._get_response(request)
        if _size(request) > STRANGER_BYTES and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if is_too_large(request):
            return render(request, "413.html", {"most": largest(request)}, status=413)
        return self._get_response(request)


def is_too_large(request: HttpRequest) -> bool:
    return _size(request) > largest(request)


def largest(request: HttpRequest) -> int:
    """Bytes that a request of this content type may send."""
    files = max(settings.UPLOAD_MAX_BYTES, settings.MEDIA_MAX_BYTES) + FORM_BYTES if _is_upload(request) else 0
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + files)


def _is_upload(request: HttpRequest) -> bool:
    return str(request.META.get("CONTENT_TYPE", "")).lower().startswith(UPLOAD)


def _size(request: HttpRequest) -> int:
    """Without a length Django reads nothing."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0
