"""`bench NAME [--json]`: measure something, and say whether it is as it should be."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tasks_app.management.benchmarks import benchmark, require_benchmarks

BENCH_ENVIRONMENT = {
    "BROKER_KEY_PREFIX": "bench:",
    "JOB_TYPE_PACKAGES": "tasks_app.job_types,benchmarks.job_types",
    "LOG_LEVEL": "WARNING",
    "STATICFILES_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
}
"""Settings are read at import, so the command starts itself again with these."""


NAMES = (
    "chat", "check", "console", "engine", "extraction", "growth", "minutes", "pipeline", "retrieval", "slides",
    "status",
)  # fmt: skip
NEED_DATA = frozenset({"extraction", "minutes", "retrieval", "slides"})


class Command(BaseCommand):
    help = "Measure the project. Only chat, console, engine, pipeline, retrieval and status use scratch databases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=NAMES)
        parser.add_argument("--json", action="store_true", help="one JSON object on the last line of stdout")
        parser.add_argument("--jobs", type=int, help="engine: jobs per drain run; console, status: jobs there are")
        parser.add_argument("--samples", type=int, default=200, help="engine, chat: jobs to measure latency with")
        parser.add_argument("--repeats", type=int, default=3)
        parser.add_argument("--processes", type=int, default=8, help="pipeline: more workers than the queue has")
        parser.add_argument(
            "--data",
            type=Path,
            help="check: labelled sentences; extraction: documents; minutes: marked; retrieval: SQuAD-shaped JSON",
        )
        parser.add_argument("--questions", type=int, default=0, help="retrieval: at most so many per notebook")

    def handle(self, *args: Any, **options: Any) -> None:
        require_benchmarks()
        if any(os.environ.get(name) != value for name, value in BENCH_ENVIRONMENT.items()):
            os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **BENCH_ENVIRONMENT})  # noqa: S606
        report = self._report(options)
        self.stdout.write(report.as_json() if options["json"] else report.as_text())

    def _report(self, options: dict[str, Any]) -> Any:
        def say(line: str) -> None:
            self.stderr.write(line)

        jobs, samples, repeats = options["jobs"], options["samples"], options["repeats"]
        if options["name"] in NEED_DATA and options["data"] is None:
            raise CommandError("Give the folder with the data: --data FOLDER")
        bench = benchmark(options["name"])
        match options["name"]:
            case "chat":
                return bench.run(samples=samples, say=say)
            case "check":
                return bench.run(options["data"] or bench.DATA)
            case "minutes" | "slides":
                return bench.run(options["data"])
            case "extraction":
                return bench.run(options["data"], say=say)
            case "growth":
                return bench.run(say=say)
            case "console" | "status":
                return bench.run(jobs=jobs or 1_000_000, repeats=repeats, say=say)
            case "engine":
                return bench.run(jobs=jobs or 2000, samples=samples, repeats=repeats, say=say)
            case "pipeline":
                return bench.run(processes=options["processes"], repeats=repeats, say=say)
            case _:
                return bench.run(data=options["data"], questions=options["questions"], say=say)
