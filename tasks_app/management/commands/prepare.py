"""One start of Python for all that has to be done before the processes can start."""

import hashlib
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from tasks_app import roles, tasks
from tasks_app.checks.database import offers_extension
from tasks_app.jobs.upkeep import periodic
from tasks_app.management.commands import create_staff_login, submit_samples
from tasks_app.queues import QUEUES


class Command(BaseCommand):
    help = (
        "Migrate, collect static files and, if asked to, create the first login and submit samples. "
        "The last line of the output says what there is to run, as JSON."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--login", action="store_true", help="create a staff login if there is none")
        parser.add_argument(
            "--samples",
            choices=("first", "fresh"),
            help="submit the bundled samples: to a database never used (first), or always (fresh)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        require_extension("vector")
        self._migrate()
        self._collect_static_files()
        login = create_staff_login.create() if options["login"] else None
        wanted = options["samples"] == "fresh" or (options["samples"] == "first" and submit_samples.never_used())
        jobs = submit_samples.submit() if wanted else []
        queues = {queue.name: queue.concurrency for queue in QUEUES.values()}
        answer = {"queues": queues, "login": login, "jobs": [str(job.pk) for job in jobs]}
        self.stdout.write(json.dumps(answer))

    def _migrate(self) -> None:
        """Looks first, because migrate takes its time even when there is nothing to do; intervals may have changed."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stderr.write("Migrating the database …", self.style.NOTICE)
            call_command("migrate", interactive=False, verbosity=0)
        periodic.reconcile(tasks.schedule())
        roles.reconcile()

    def _collect_static_files(self) -> None:
        """Once for every change of what there is to collect."""
        marker = Path(settings.STATIC_ROOT).with_suffix(".collected")
        wanted = fingerprint_of_static_files()
        if marker.exists() and marker.read_text() == wanted:
            return
        self.stderr.write("Collecting static files …", self.style.NOTICE)
        call_command("collectstatic", interactive=False, verbosity=0)
        marker.write_text(wanted)


def require_extension(name: str) -> None:
    """Raises CommandError unless the server offers this extension."""
    try:
        offered = offers_extension(DEFAULT_DB_ALIAS, name)
    except OperationalError as error:
        raise CommandError(f"The database of DATABASE_URL cannot be used: {error}") from error
    if not offered:
        raise CommandError(
            f"The PostgreSQL server of DATABASE_URL lacks the extension {name!r}. Install it there "
            "(https://github.com/pgvector/pgvector), or leave DATABASE_URL out to use the embedded server."
        )


def fingerprint_of_static_files() -> str:
    """Changes with the name, size or time of any static file, and with the way they are stored."""
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = Path(storage.path(path)).stat()
            digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
