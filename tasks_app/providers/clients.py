"""The `openai` SDK's clients: made when first needed, one per process and endpoint; and how an answer is read."""

import os
from collections.abc import Iterator
from math import inf
from threading import Lock
from time import monotonic
from typing import TypeVar

import httpx2
from openai import APIResponse, OpenAI
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from tasks_app.providers import provider_errors
from tasks_app.providers.dialects import server_words
from tasks_app.providers.dialects.server_words import ServerWords
from tasks_app.providers.endpoint import Endpoint

CONNECT_SECONDS = 5.0
KEPT_OPEN_SECONDS = 2.0
"""An idle connection is closed after this, before servers close theirs (5 s is usual) while a request is on its way."""

MAX_RESPONSE_BYTES = 64 * 1024**2
"""Bytes; no answer that makes sense is larger."""

NO_KEY = "none"
"""Sent where no key is set: servers without keys ignore it, and the SDK insists on one."""

Answer = TypeVar("Answer", bound=BaseModel)

_clients: dict[tuple[int, Endpoint], OpenAI] = {}
_lock = Lock()


def client(endpoint: Endpoint) -> OpenAI:
    """Usable from several threads. It never tries twice and never follows to another host."""
    key = (os.getpid(), endpoint)
    with _lock:
        if key not in _clients:
            _clients[key] = OpenAI(
                base_url=endpoint.base_url,
                api_key=endpoint.api_key or NO_KEY,
                max_retries=0,
                http_client=httpx2.Client(
                    follow_redirects=False, limits=httpx2.Limits(keepalive_expiry=KEPT_OPEN_SECONDS)
                ),
            )
        return _clients[key]


def timeout(seconds: float) -> httpx2.Timeout:
    """For one call: silence of at most `seconds`, and less until it is connected."""
    return httpx2.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS))


def read(
    response: APIResponse[object] | httpx2.Response,
    endpoint: Endpoint,
    shape: type[Answer],
    *,
    give_up: float,
    sent: str = "",
) -> Answer:
    """The whole answer, checked. `give_up` is a moment of time.monotonic, so that a slow answer cannot last forever.

    `sent` is the text of the request, which must not get into what is reported of a failure.

    Raises TransientError, and what a failure means that is reported in place of an answer.
    """
    body = b"".join(blocks(response, endpoint, give_up=give_up))
    try:
        answer = from_json(body)
        return shape.model_validate(answer)
    except ValidationError:
        if failure := server_words.reported(answer):
            raise provider_errors.of_report(failure, endpoint, sent) from None
        raise provider_errors.wrong_answer(endpoint) from None
    except ValueError:
        raise provider_errors.wrong_answer(endpoint) from None


def blocks(
    response: APIResponse[object] | httpx2.Response, endpoint: Endpoint, *, give_up: float = inf
) -> Iterator[bytes]:
    """The body as it comes, until a moment of time.monotonic. Raises TransientError."""
    size = 0
    for block in response.iter_bytes():
        size += len(block)
        if monotonic() > give_up:
            raise provider_errors.too_slow(endpoint)
        if size > MAX_RESPONSE_BYTES:
            raise provider_errors.wrong_answer(endpoint)
        yield block


def error_words(response: httpx2.Response, endpoint: Endpoint, *, give_up: float) -> ServerWords:
    """What a response other than a success says in its body. Raises TransientError."""
    try:
        return server_words.words_of(from_json(b"".join(blocks(response, endpoint, give_up=give_up))))
    except ValueError:
        return server_words.NOTHING_SAID
