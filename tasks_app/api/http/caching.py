"""Answers belong to one reader and are asked for again and again: private, and cheap when unchanged."""

from functools import partial
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.cache import (
    get_conditional_response,
    patch_cache_control,
    patch_vary_headers,
    set_response_etag,
)
from rest_framework.response import Response

RETRY_AFTER = "Retry-After"
VARY = ("Authorization", "Cookie", "Accept-Language")


def mark_private(response: HttpResponse) -> None:
    """Nobody else may keep it, and its reader must ask before using it again."""
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, VARY)


def revalidate_when_rendered(request: HttpRequest, response: Response) -> None:
    """Give the answer a digest of its bytes as ETag; where the reader has that already, send 304 instead."""
    response.add_post_render_callback(partial(_revalidate, request))


def _revalidate(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Only If-None-Match counts: nothing here is changed by the requests that come this way."""
    set_response_etag(response)
    if "If-None-Match" not in request.headers:
        return response
    answer = get_conditional_response(request, etag=response["ETag"], response=response)
    assert answer is not None
    if answer.status_code == HTTPStatus.NOT_MODIFIED and RETRY_AFTER in response:
        answer[RETRY_AFTER] = response[RETRY_AFTER]
    return answer
