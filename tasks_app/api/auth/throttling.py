"""So many requests per minute, principal and address, counted in Redis in one round trip.

Anyone who cannot be counted is let through: a Redis that is down or slow must not take the API with it. After a failure
this process does not ask again for PAUSE_SECONDS, so that a Redis that hangs costs one timeout and not one per request.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from tasks_app.access.client_address import client_address
from tasks_app.api.auth.principals import Principal, ServicePrincipal

WINDOW_SECONDS = 60
PAUSE_SECONDS = 5.0
COUNT_SECONDS = 0.1
"""How long Redis has to count a request: what a Redis that hangs costs one request in PAUSE_SECONDS."""

POLICY = "poll"


@dataclass(frozen=True)
class Counter:
    """What is counted under this key, and how often a minute that may happen."""

    key: str
    limit: int


@dataclass(frozen=True, kw_only=True)
class RequestAllowance:
    """`remaining` requests for `seconds` more; `exceeded` when this one was too many."""

    limit: int
    remaining: int
    seconds: int
    exceeded: bool

    def headers(self) -> Mapping[str, str]:
        """As in the IETF's draft on RateLimit header fields."""
        return {
            "RateLimit-Policy": f'"{POLICY}";q={self.limit};w={WINDOW_SECONDS}',
            "RateLimit": f'"{POLICY}";r={self.remaining};t={self.seconds}',
        }


class PerPrincipal(BaseThrottle):
    """Counts for who asks and, unless that is a backend, for the address it comes from. A batch is one request.

    The allowance of who asks is left at the request, for the answer's headers.
    """

    exceeded: RequestAllowance | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:
        principal = request.auth
        if not isinstance(principal, Principal):
            return True
        allowances = spend(_counters_of(principal, client_address(request)))
        request.allowance = allowances[0] if allowances else None  # type: ignore[attr-defined]
        self.exceeded = next((allowance for allowance in allowances if allowance.exceeded), None)
        return self.exceeded is None

    def wait(self) -> float | None:
        return float(self.exceeded.seconds) if self.exceeded else None


def count_refusal(request: Request) -> None:
    """Of a caller nobody knows. Raises Throttled for too many from one address."""
    limit = int(settings.API_REFUSALS_PER_MINUTE_AND_ADDRESS)
    for allowance in spend([Counter(f"refused:{client_address(request)}", limit)]):
        if allowance.exceeded:
            raise Throttled(wait=allowance.seconds)


def _counters_of(principal: Principal, address: str | None) -> list[Counter]:
    own = Counter(principal.key, principal.rate)
    if isinstance(principal, ServicePrincipal):
        return [own]
    return [own, Counter(f"address:{address}", int(settings.API_REQUESTS_PER_MINUTE_AND_ADDRESS))]


class _Pause:
    """When this process may ask Redis again, by time.monotonic."""

    until = 0.0


def spend(counters: Sequence[Counter]) -> list[RequestAllowance]:
    """Count one request for each. Empty where Redis does not answer."""
    if time.monotonic() < _Pause.until:
        return []
    minute, second = divmod(int(time.time()), WINDOW_SECONDS)
    pipeline = _client(settings.REDIS_URL).pipeline(transaction=False)
    for counter in counters:
        key = f"{settings.CELERY_BROKER_KEY_PREFIX}rate:{counter.key}:{minute}"
        pipeline.incr(key)
        pipeline.expire(key, 2 * WINDOW_SECONDS)
    try:
        counts = pipeline.execute()[::2]
    except redis.RedisError:
        _Pause.until = time.monotonic() + PAUSE_SECONDS
        return []
    return [
        RequestAllowance(
            limit=counter.limit,
            remaining=max(0, counter.limit - int(count)),
            seconds=WINDOW_SECONDS - second,
            exceeded=int(count) > counter.limit,
        )
        for counter, count in zip(counters, counts, strict=True)
    ]


@cache
def _client(url: str) -> "redis.Redis":
    """One pool of connections per address and process."""
    return redis.Redis.from_url(
        url, socket_connect_timeout=COUNT_SECONDS, socket_timeout=COUNT_SECONDS, retry=Retry(NoBackoff(), retries=0)
    )


def forgive() -> None:
    """Ask Redis again at once."""
    _Pause.until = 0.0
