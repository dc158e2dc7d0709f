"""How jobs come along, line by line."""

import json
import time
from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from tasks_app.jobs.transitions import subjects
from tasks_app.models import Job
from tasks_app.models.engine.job import State

LOOK_SECONDS = 0.3
JOBS_SHOWN = 100
"""How many answers to one question are looked at each time; a flood is for the console to show."""


class Command(BaseCommand):
    help = (
        "Print a line whenever a job makes progress. With job ids: only those, until all are done; "
        "fails unless all of them succeed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("jobs", nargs="*", type=UUID, metavar="JOB")
        parser.add_argument("--seconds", type=float, default=600.0, help="how long to wait for them")
        parser.add_argument("--report", type=Path, help="where to write the results, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        self._shown: dict[UUID, str] = {}
        if options["jobs"] or options["report"]:
            self._watch_these(options["jobs"], options["seconds"], options["report"])
        else:
            self._watch_all()

    def _watch_these(self, ids: list[UUID], seconds: float, report: Path | None) -> None:
        deadline = time.monotonic() + seconds
        while True:
            jobs = sorted(Job.objects.filter(pk__in=ids), key=lambda job: ids.index(job.pk))
            self._show(jobs)
            if all(job.done for job in jobs) or time.monotonic() > deadline:
                break
            time.sleep(LOOK_SECONDS)
        ok = bool(jobs) and all(job.state == State.SUCCEEDED for job in jobs)
        if report is not None:
            answer = {"jobs": [facts(job) for job in jobs], "ok": ok}
            report.write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
        if not all(job.done for job in jobs):
            raise CommandError(f"Not all jobs were done within {seconds:.0f} seconds.")
        if not ok:
            raise CommandError("Not all jobs succeeded." if jobs else "There are no jobs to wait for.")

    def _watch_all(self) -> None:
        """Until ended from outside."""
        since = timezone.now()
        while True:
            try:
                since = self._look(since)
            except (OperationalError, InterfaceError):
                connection.close()
            time.sleep(LOOK_SECONDS)

    def _look(self, since: datetime) -> datetime:
        """Show what runs, waits, is new since then or was shown unfinished; when the newest was created.

        Each question is answered from an index, however many jobs there are.
        """
        questions = (
            Job.objects.filter(state=State.RUNNING).order_by("lease_until"),
            Job.objects.filter(state=State.QUEUED).order_by("next_run_at"),
            Job.objects.filter(created_at__gt=since).order_by("created_at"),
            Job.objects.filter(pk__in=list(self._shown)),
        )
        found = {job.pk: job for jobs in questions for job in jobs[:JOBS_SHOWN]}
        self._show(found.values())
        for job in found.values():
            if job.done:
                del self._shown[job.pk]
        return max([since, *(job.created_at for job in found.values())])

    def _show(self, jobs: Iterable[Job]) -> None:
        for job in jobs:
            line = line_of(job)
            if self._shown.get(job.pk) != line:
                self.stdout.write(line)
            self._shown[job.pk] = line


def line_of(job: Job) -> str:
    """Kind, title, state, stage, percent. A title is other people's text: it must not steer a terminal."""
    title = "".join(character if character.isprintable() else " " for character in job.subject_title)
    percent = "" if job.percent is None else f"{job.percent}%"
    return "  ".join(part for part in (job.kind, title, job.state, job.stage, percent, job.error_text) if part)


def facts(job: Job) -> dict[str, Any]:
    """What a report says of one job; `seconds` from its first start to its end."""
    took = job.finished_at - job.started_at if job.started_at and job.finished_at else None
    return {
        "kind": job.kind,
        "title": job.subject_title,
        "state": job.state,
        "seconds": None if took is None else round(took.total_seconds(), 3),
        "attempts": job.attempt,
        "error": job.error_text,
        "outputs": _outputs(job) if job.state == State.SUCCEEDED else {},
    }


def _outputs(job: Job) -> dict[str, int | str]:
    """Nothing if the subject was deleted meanwhile."""
    subject = job.job_type and subjects.find(job.job_type, job.subject_id)
    return dict(job.job_type.outputs(subject)) if job.job_type and subject else {}
