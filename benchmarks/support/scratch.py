"""A database and a Redis key space for one bench, beside the real ones on the same servers."""

from collections.abc import Iterator
from contextlib import contextmanager

import redis
from django.conf import settings
from django.db import connection


@contextmanager
def scratch() -> Iterator[dict[str, str]]:
    """The environment for worker processes; this process uses the scratch database, too, while the block runs."""
    original = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    url = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format_map(connection.settings_dict)
    try:
        yield {
            "DATABASE_URL": url,
            "BROKER_KEY_PREFIX": settings.CELERY_BROKER_KEY_PREFIX,
            "JOB_TYPE_PACKAGES": ",".join(settings.JOB_TYPE_PACKAGES),
        }
    finally:
        connection.creation.destroy_test_db(original, verbosity=0)
        forget(redis.Redis.from_url(settings.REDIS_URL))


def empty_tables() -> None:
    """Every measurement starts with the same tables: no jobs, no results, nothing dead in them."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE tasks_app_job, django_celery_results_taskresult CASCADE")


def forget(client: "redis.Redis") -> None:
    """Delete what a bench left in Redis."""
    for key in client.scan_iter(f"{settings.CELERY_BROKER_KEY_PREFIX}*"):
        client.delete(key)
