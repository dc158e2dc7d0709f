"""Middleware that records every file that leaves the site, whichever page or call it comes from."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from tasks_app.access.recording import record
from tasks_app.models.access.access_record import AccessEvent

TABLE = "text/csv"


class DownloadMiddleware:
    """A file is an answer to be stored, or the beginning of a recording that is played in the page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self._get_response(request)
        if request.method != "HEAD" and answer.status_code in (200, 206) and _is_file(answer):
            caller: Any = getattr(request, "auth", None)  # REST framework leaves it here: a principal of the API
            user = request.user if request.user.is_authenticated else None
            record(request, _event(answer), user, name=getattr(caller, "name", ""), target=request.path)
        return answer


def _is_file(answer: HttpResponseBase) -> bool:
    if answer.headers.get("Content-Disposition", "").startswith("attachment"):
        return True
    plays = "Accept-Ranges" in answer.headers
    return plays and answer.headers.get("Content-Range", "bytes 0-").startswith("bytes 0-")


def _event(answer: HttpResponseBase) -> AccessEvent:
    is_table = answer.headers.get("Content-Type", "").startswith(TABLE)
    return AccessEvent.EXPORTED if is_table else AccessEvent.DOWNLOADED
