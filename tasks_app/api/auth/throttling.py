"""So many requests per minute and principal, counted in Redis in one round trip (the first of a minute takes two).

Anyone who cannot be counted is let through: a Redis that is down or slow must not take the API with it. After a failure
this process does not ask again for PAUSE_SECONDS, so that a Redis that hangs costs one timeout and not one per request.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from tasks_app.api.auth.principals import Principal

WINDOW_SECONDS = 60
PAUSE_SECONDS = 5.0
COUNT_SECONDS = 0.1
"""How long Redis has to count a request: what a Redis that hangs costs one request in PAUSE_SECONDS."""

POLICY = "poll"


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
    """Leaves the allowance at the request, for the answer's headers. A batch is one request."""

    allowance: RequestAllowance | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.auth, Principal):
            return True
        self.allowance = spend(request.auth)
        request.allowance = self.allowance  # type: ignore[attr-defined]
        return self.allowance is None or not self.allowance.exceeded

    def wait(self) -> float | None:
        return float(self.allowance.seconds) if self.allowance else None


class _Pause:
    """When this process may ask Redis again, by time.monotonic."""

    until = 0.0


def spend(principal: Principal) -> RequestAllowance | None:
    """Count one request. None where Redis does not answer."""
    if time.monotonic() < _Pause.until:
        return None
    minute, second = divmod(int(time.time()), WINDOW_SECONDS)
    key = f"{settings.CELERY_BROKER_KEY_PREFIX}rate:{principal.key}:{minute}"
    try:
        client = _client(settings.REDIS_URL)
        count = int(client.incr(key))
        if count == 1:
            client.expire(key, 2 * WINDOW_SECONDS)
    except redis.RedisError:
        _Pause.until = time.monotonic() + PAUSE_SECONDS
        return None
    limit = principal.rate
    return RequestAllowance(
        limit=limit, remaining=max(0, limit - count), seconds=WINDOW_SECONDS - second, exceeded=count > limit
    )


@cache
def _client(url: str) -> "redis.Redis":
    """One pool of connections per address and process."""
    return redis.Redis.from_url(
        url, socket_connect_timeout=COUNT_SECONDS, socket_timeout=COUNT_SECONDS, retry=Retry(NoBackoff(), retries=0)
    )


def forgive() -> None:
    """Ask Redis again at once."""
    _Pause.until = 0.0
