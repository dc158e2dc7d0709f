"""What load balancers and containers ask: does the site live (/healthz), and can it do its work (/readyz)?"""

from collections.abc import Callable, Mapping

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis.backoff import NoBackoff
from redis.retry import Retry

GOOD = "ok"
BROKER_SECONDS = 2.0
"""How long Redis has to answer; PostgreSQL has the `connect_timeout` of settings.DATABASES."""

Handler = Callable[[HttpRequest], HttpResponse]


class ProbeMiddleware:
    """Answers before anything looks at host names or HTTPS: probes come by address and in plain HTTP."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path)
        if probe is None:
            return self._get_response(request)
        findings = probe()
        well = all(finding == GOOD for finding in findings.values())
        return JsonResponse(dict(findings), status=200 if well else 503, headers={"Cache-Control": "no-store"})


def liveness() -> Mapping[str, str]:
    """This process answers; nothing else is asked."""
    return {"site": GOOD}


def readiness() -> Mapping[str, str]:
    """Each thing the site needs, in one word: anybody may read it."""
    return {"database": _database(), "broker": _broker()}


def _database() -> str:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, InterfaceError):
        return "unreachable"
    return "not migrated" if missing else GOOD


def _broker() -> str:
    once = Retry(NoBackoff(), retries=0)
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=BROKER_SECONDS, socket_timeout=BROKER_SECONDS, retry=once
    ) as client:
        try:
            client.ping()
        except redis.RedisError:
            return "unreachable"
    return GOOD


PROBES = {"/healthz": liveness, "/readyz": readiness}
