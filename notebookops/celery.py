"""The Celery application of the project; every setting is in settings.py under `CELERY_`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notebookops.settings")

os.environ.setdefault("CELERY_SKIP_CHECKS", "yes")  # it would load the console, and look at no result

app = Celery("notebookops")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add("tasks_app.jobs.workers.liveness_file:LivenessStep")
