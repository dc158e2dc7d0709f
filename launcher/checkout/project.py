"""The project as the launcher knows it: a manage.py with a command that prepares all and says what to run."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg2

from launcher.checkout.errors import LauncherError
from launcher.checkout.home import PROJECT

MANAGE = [sys.executable, str(PROJECT / "manage.py")]
CELERY = [sys.executable, "-m", "celery", "--app", "notebookops", "--quiet"]


@dataclass(frozen=True)
class Prepared:
    """What `manage.py prepare` answers.

    `queues` gives the number of processes by queue. `login` is the account it made (username, password), None
    where somebody can sign in already. `jobs` are the ids of the samples' jobs that it submitted.
    """

    queues: dict[str, int]
    login: dict[str, str] | None
    jobs: list[str]


def prepare(environ: Mapping[str, str], *options: str) -> Prepared:
    """Migrate, collect static files, do what the options name. Raises LauncherError when it fails."""
    done = subprocess.run(
        [*MANAGE, "prepare", *options],
        cwd=PROJECT,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        start_new_session=True,
    )
    if done.returncode != 0:
        raise LauncherError("The database and files could not be prepared; see the error above.")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return Prepared(**answer)


def is_empty(database_url: str) -> bool:
    """Whether no migration ever ran in this database."""
    connection = psycopg2.connect(database_url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('django_migrations')")
            row = cursor.fetchone()
            return row is None or row[0] is None
    finally:
        connection.close()
