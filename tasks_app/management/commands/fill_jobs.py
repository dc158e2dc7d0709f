"""`fill_jobs --into DATABASE`: a long past for a database that is there to be looked at."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from tasks_app.management.benchmarks import benchmark


class Command(BaseCommand):
    help = "Fill an empty scratch database with many finished jobs, to try the console at scale."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--jobs", type=int, default=1_000_000)
        parser.add_argument(
            "--into", required=True, metavar="DATABASE", help="name of the database of DATABASE_URL, typed to be sure"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name = connection.settings_dict["NAME"]
        if options["into"] != name:
            raise CommandError(f"DATABASE_URL names the database {name}, not {options['into']}: nothing was done.")
        filling = benchmark("support.filling")
        try:
            filling.fill(options["jobs"], say=self.stderr.write)
        except ValueError as error:
            raise CommandError(f"Nothing was done: {error}.") from error
