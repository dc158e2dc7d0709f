"""The project's error handlers: problems under /api/, Django's own pages elsewhere."""

from django.http import HttpRequest, HttpResponse
from django.views import defaults
from rest_framework.exceptions import APIException, NotFound, ParseError, PermissionDenied

from tasks_app.api.http import problems

PREFIX = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _asks_api(request):
        return problems.response(request, ParseError())
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _asks_api(request):
        return problems.response(request, PermissionDenied())
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _asks_api(request):
        return problems.response(request, NotFound())
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if _asks_api(request):
        return problems.response(request, APIException())
    return defaults.server_error(request)


def _asks_api(request: HttpRequest) -> bool:
    return request.path_info.startswith(PREFIX)
