"""Celery without our engine: the same broker settings, and results kept the way the environment asks for."""

import os

from celery import Celery
from kombu import Queue

from benchmarks.support.marks import mark

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notebookops.settings")

RESULTS = "BENCH_PLAIN_RESULTS"
"""Environment variable: `none`, `django-db` (as it comes) or `django-db-reuse` (connection kept between tasks)."""

QUEUE = "bench-plain"

app = Celery("plain", set_as_current=False)
app.config_from_object("django.conf:settings", namespace="CELERY")
_results = os.environ.get(RESULTS, "none")
app.conf.update(
    task_queues=[Queue(QUEUE, routing_key=QUEUE)],
    task_default_queue=QUEUE,
    result_backend=None if _results == "none" else "django-db",
    task_ignore_result=_results == "none",
    CELERY_DB_REUSE_MAX=1_000_000 if _results == "django-db-reuse" else None,
)


@app.task(name="bench.plain")
def plain(number: str) -> None:
    """The counterpart of the no-op job: one id comes in, nothing happens."""
    mark()
