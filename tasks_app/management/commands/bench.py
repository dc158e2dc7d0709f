"""`bench NAME [--json]`: measure something, and say whether it is as it should be."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from tasks_app.benches.report import Report

BENCH_ENVIRONMENT = {
    "BROKER_KEY_PREFIX": "bench:",
    "JOB_TYPE_PACKAGES": "tasks_app.job_types,tasks_app.benches.job_types",
    "LOG_LEVEL": "WARNING",
    "STATICFILES_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
}
"""Settings are read at import, so the command starts itself again with these."""


class Command(BaseCommand):
    help = "Measure the project: bench engine, pipeline, console. Uses a scratch database on the same servers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=["engine", "pipeline", "console"])
        parser.add_argument("--json", action="store_true", help="one JSON object on the last line of stdout")
        parser.add_argument("--jobs", type=int, help="engine: per drain run (2000); before the console (1000000)")
        parser.add_argument("--samples", type=int, default=200, help="engine: jobs to measure pickup latency with")
        parser.add_argument("--repeats", type=int, default=3)
        parser.add_argument("--processes", type=int, default=8, help="pipeline: more workers than the queue has")

    def handle(self, *args: Any, **options: Any) -> None:
        if any(os.environ.get(name) != value for name, value in BENCH_ENVIRONMENT.items()):
            os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **BENCH_ENVIRONMENT})  # noqa: S606
        report = self._report(options)
        self.stdout.write(report.as_json() if options["json"] else report.as_text())

    def _report(self, options: dict[str, Any]) -> Report:
        """Benches are imported only here: they declare kinds, which every other process must not know."""
        from tasks_app.benches import console, engine, pipeline

        match options["name"]:
            case "console":
                return console.run(jobs=options["jobs"] or 1_000_000, repeats=options["repeats"], say=self._say)
            case "pipeline":
                return pipeline.run(processes=options["processes"], repeats=options["repeats"], say=self._say)
        return engine.run(
            jobs=options["jobs"] or 2000, samples=options["samples"], repeats=options["repeats"], say=self._say
        )

    def _say(self, line: str) -> None:
        self.stderr.write(line)
