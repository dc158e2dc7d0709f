"""Every error under /api/ as application/problem+json (RFC 9457).

`type` is always about:blank: the status says which problem it is, `title` is its standard phrase and `detail` is for
people, both in the request's language; `errors` names what is wrong with each parameter. A 404 has no `instance`, so
that its bytes are the same for what does not exist and for what the reader may not see.
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, NotFound
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import exception_handler

from tasks_app.api.http import caching

CONTENT_TYPE = "application/problem+json"
TITLES: Mapping[int, str | Promise] = {
    400: _("Bad Request"),
    401: _("Unauthorized"),
    403: _("Forbidden"),
    404: _("Not Found"),
    405: _("Method Not Allowed"),
    406: _("Not Acceptable"),
    409: _("Conflict"),
    413: _("Content Too Large"),
    415: _("Unsupported Media Type"),
    422: _("Unprocessable Content"),
    429: _("Too Many Requests"),
    500: _("Internal Server Error"),
}


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """REST framework's exception handler. None for a bug: Django logs it and asks handlers.server_error."""
    response = exception_handler(error, dict(context))
    if response is None:
        return None
    instance = "" if response.status_code == HTTPStatus.NOT_FOUND else context["request"].path
    response.data = _problem(response.status_code, response.data, instance)
    response.content_type = CONTENT_TYPE
    return response


def response(request: HttpRequest, error: APIException) -> HttpResponse:
    """The same answer where no view of REST framework is involved."""
    instance = "" if isinstance(error, NotFound) else request.path
    body = _problem(error.status_code, {"detail": error.detail}, instance)
    answer = HttpResponse(JSONRenderer().render(body), status=error.status_code, content_type=CONTENT_TYPE)
    caching.mark_private(answer)
    return answer


def _problem(status: int, data: Any, instance: str) -> dict[str, Any]:
    """`data` is what REST framework says: a detail, or messages as a list or by parameter."""
    title = TITLES.get(status, HTTPStatus(status).phrase)
    problem: dict[str, Any] = {"type": "about:blank", "title": str(title), "status": status}
    match data:
        case {"detail": str()}:
            problem.update(data)
        case list():
            problem["detail"] = " ".join(data)
        case _:
            problem["detail"] = gettext("The request is not valid.")
            problem["errors"] = [{"name": name, "detail": message} for name, message in _messages("", data)]
    return {**problem, "instance": instance} if instance else problem


def _messages(name: str, data: Any) -> Iterator[tuple[str, str]]:
    """(name of the field, message) of all that is wrong, however deep. What is inside a field is `outer.inner`."""
    if isinstance(data, Mapping):
        for key, inner in data.items():
            yield from _messages(f"{name}.{key}" if name else str(key), inner)
    elif isinstance(data, list):
        for inner in data:
            yield from _messages(name, inner)
    else:
        yield name, str(data)
