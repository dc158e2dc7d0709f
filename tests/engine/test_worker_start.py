"""What a worker and beat load when they start: neither the console nor the API."""

import subprocess
import sys

from django.conf import settings
from django.contrib import admin

from notebookops.celery import app

WORKER = """
import sys
from notebookops.celery import app
app.loader.import_default_modules()
app.loader.init_worker()
print(*(name for name in sys.modules if name.startswith(("tasks_app.admin", "tasks_app.api"))))
print(*app.tasks)
"""
CHECK = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "notebookops.settings"
import django
django.setup()
from django.core.checks import run_checks
print(run_checks(tags=["admin"]))
from django.contrib import admin

from notebookops.celery import app
print(len(admin.site._registry))
"""


def printed(code: str) -> list[str]:
    """The lines that a new process prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_worker_knows_its_tasks_and_no_page() -> None:
    pages, tasks = printed(WORKER)
    assert pages == ""
    assert "tasks_app.tasks.transcription" in tasks.split()


def test_the_check_of_pages_sees_all_of_them() -> None:
    assert printed(CHECK) == ["[]", str(len(admin.site._registry))]


def test_what_inspect_and_flower_show_of_the_settings_holds_no_secret() -> None:
    """Celery answers `inspect conf` with this table."""
    shown = repr(app.conf.table(with_defaults=True))
    secrets = [settings.DATABASES["default"]["PASSWORD"], settings.REDIS_URL, settings.SECRET_KEY]
    assert all(secrets)
    assert [secret for secret in secrets if secret in shown] == []
    assert app.conf.broker_url == settings.REDIS_URL, "Celery itself knows it"
