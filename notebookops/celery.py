"""The Celery application of the project; every setting is in settings.py under `CELERY_`."""

import os
from typing import Any

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notebookops.settings")

os.environ.setdefault("CELERY_SKIP_CHECKS", "yes")  # it would load the console, and look at no result

app = Celery("notebookops")


def _settings() -> dict[str, Any]:
    """By Celery's own names, and no others: `inspect conf` and Flower show all that Celery knows.

    DB_REUSE_MAX is the one that it looks up with its prefix.
    """
    prefix = "CELERY_"
    named = {name: getattr(settings, name) for name in dir(settings) if name.startswith(prefix)}
    reuse = {"CELERY_DB_REUSE_MAX": named.pop("CELERY_DB_REUSE_MAX")}
    return {name.removeprefix(prefix).lower(): value for name, value in named.items()} | reuse


app.add_defaults(_settings)
app.autodiscover_tasks()
app.steps["consumer"].add("tasks_app.jobs.workers.liveness_file:LivenessStep")
