"""No-op jobs through the real engine, beside plain Celery on the same servers, in turns."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

import redis
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.job_types.noop import NOOP
from benchmarks.support import marks, plain_celery
from benchmarks.support.report import Aim, Report
from benchmarks.support.scratch import empty_tables, scratch
from benchmarks.support.workers import drain_seconds, worker
from tasks_app.jobs.attempts import runner
from tasks_app.jobs.transitions import verbs
from tasks_app.models import Attempt, Document, Notebook, Source

PROCESSES = 2
PAUSE_SECONDS = 0.05
"""Between two tasks when pickup latency is measured, so that each meets an idle worker."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Contestant:
    """One way to run a task that does nothing. `submit` publishes number n of a series."""

    app: str
    queue: str
    submit: Callable[[int], object]
    environ: Mapping[str, str]


def run(*, jobs: int, samples: int, repeats: int, say: Say) -> Report:
    """Measure drain rates (tasks per second), pickup latency (milliseconds) and SQL statements per job."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    with scratch() as environ:
        subjects = _subjects(jobs + samples)
        contestants = _contestants(subjects, environ)
        rates: dict[str, list[float]] = {name: [] for name in contestants}
        for repeat in range(repeats):
            for name, contestant in contestants.items():
                empty_tables()
                rates[name].append(_drain(contestant, client, jobs))
                say(f"{repeat + 1}/{repeats} {name}: {rates[name][-1]:.0f} per second")
        latencies = {}
        for name, contestant in contestants.items():
            empty_tables()
            latencies[name] = _latencies(contestant, samples)
            say(f"{name}: pickup {median(latencies[name]):.1f} ms")
        empty_tables()
        statements = _statements(subjects)
    rows = {name: _row(rates[name], latencies[name]) for name in contestants}
    rows["engine"] |= statements
    return Report(bench="engine", aims=_aims(rows), rows=rows)


def _subjects(number: int) -> list[Source]:
    notebook = Notebook.objects.create(title="bench")
    documents = Document.objects.bulk_create(Document(notebook=notebook) for _ in range(number))
    return Source.objects.bulk_create(
        Source(notebook=notebook, document=document, title="bench", pasted_text="bench", content_digest="0")
        for document in documents
    )


def _contestants(subjects: list[Source], environ: Mapping[str, str]) -> dict[str, Contestant]:
    def enqueue(number: int) -> object:
        return verbs.enqueue(NOOP.kind, subjects[number])

    def publish(number: int) -> object:
        return plain_celery.app.send_task("bench.plain", args=[str(subjects[number].pk)], queue=plain_celery.QUEUE)

    def celery(results: str) -> Contestant:
        return Contestant(
            plain_celery.__name__, plain_celery.QUEUE, publish, {**environ, plain_celery.RESULTS: results}
        )

    return {
        "engine": Contestant("notebookops", NOOP.queue.name, enqueue, environ),
        "celery, django-db as it comes": celery("django-db"),
        "celery, django-db, connection kept": celery("django-db-reuse"),
        "celery, no results": celery("none"),
    }


def _drain(contestant: Contestant, client: "redis.Redis", jobs: int) -> float:
    for number in range(jobs):
        contestant.submit(number)
    with worker(contestant.app, contestant.queue, PROCESSES, contestant.environ):
        return jobs / drain_seconds(client, contestant.queue, jobs)


def _latencies(contestant: Contestant, samples: int) -> list[float]:
    """Milliseconds from just before enqueueing to the start of the task's body."""
    waits = []
    with worker(contestant.app, contestant.queue, PROCESSES, {**contestant.environ, marks.SWITCH: "1"}):
        for number in range(samples):
            before = time.time()
            contestant.submit(number)
            waits.append(1000 * (marks.collect(1)[0] - before))
            time.sleep(PAUSE_SECONDS)
    return waits[PROCESSES * 5 :]


def _statements(subjects: list[Source]) -> dict[str, int]:
    """SQL statements, BEGIN and COMMIT included, to enqueue one job and to run it."""
    with CaptureQueriesContext(connection) as enqueueing:
        job = verbs.enqueue(NOOP.kind, subjects[0])
    with CaptureQueriesContext(connection) as running:
        runner.run(NOOP, job.pk, job.dispatch_id, "bench")
    if not Attempt.objects.filter(job=job, outcome="succeeded").exists():
        raise RuntimeError("the no-op job did not succeed")
    return {"SQL to enqueue": len(enqueueing), "SQL to run": len(running)}


def _row(rates: list[float], latencies: list[float]) -> dict[str, Any]:
    percentiles = quantiles(latencies, n=100)
    return {
        "drain/s": median(rates),
        "lowest": min(rates),
        "highest": max(rates),
        "p50 ms": percentiles[49],
        "p95 ms": percentiles[94],
        "p99 ms": percentiles[98],
    }


def _aims(rows: Mapping[str, Mapping[str, Any]]) -> list[Aim]:
    ours = rows["engine"]["drain/s"]

    def ratio(other: str, aim: float) -> Aim:
        value = ours / rows[other]["drain/s"]
        holds = value >= aim
        why = "" if holds else "every job also claims, proves its lease, keeps a checkpoint and an audit row"
        return Aim(what=f"drain, engine / {other}", aim=f">= {aim}", value=value, holds=holds, why=why)

    return [ratio("celery, django-db, connection kept", 0.9), ratio("celery, django-db as it comes", 2.5)]
