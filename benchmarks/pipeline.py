"""A long source and a full agenda item through real workers, against a model that is always as slow.

What they take is compared with the ideal: every call answered in one latency, as many side by side as the endpoint
and the workers allow, and nothing else taking any time.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models import Avg
from django.test import override_settings

from benchmarks.support.model_server import EMBEDDINGS, ModelServer, model_server
from benchmarks.support.report import Aim, Report
from benchmarks.support.scratch import empty_tables, scratch
from benchmarks.support.workers import worker
from tasks_app.jobs.transitions import verbs
from tasks_app.models import (
    AgendaItem,
    AgendaMaterial,
    Council,
    CouncilMeeting,
    Job,
    Notebook,
    Source,
    StageResult,
    WorkerHeartbeat,
)
from tasks_app.models.engine.job import State
from tasks_app.queues import CONTENT
from tasks_app.registry import JobSubject

LATENCY_SECONDS = 0.5
CAP = 8
SOURCE_CHUNKS = 200
MATERIALS = 20
MATERIAL_CHUNKS = 20
AIM = 1.15
LAST_CALLS = 1
"""The last summary is made of all the others, so nothing runs beside it."""

POLL_SECONDS = 0.01
MAX_WAIT_SECONDS = 180.0

SENTENCE = "第{number}条の{place}として、市は令和{year}年度末までに避難所を{number}か所に増やす方針とする。"

Say = Callable[[str], None]
Make = Callable[[], tuple[str, JobSubject]]


@dataclass(frozen=True, kw_only=True)
class MeasuredRun:
    """Seconds from enqueueing to the end, and what the model was asked meanwhile."""

    seconds: float
    calls: int
    embeddings: int
    most_at_once: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class Contest:
    """What is made and measured, with so many worker processes."""

    name: str
    make: Make
    processes: int

    @property
    def side_by_side(self) -> int:
        """The most calls that could ever be under way: one job runs in one process."""
        jobs = self.processes if self.make is _item else 1
        return min(CAP, jobs * int(settings.PROVIDER_CALLS_PER_JOB))


def run(*, processes: int, repeats: int, say: Say) -> Report:
    """Measure a source and an item as the content queue's worker comes, and the item with so many processes."""
    contests = (
        Contest(name="source", make=_source, processes=CONTENT.concurrency),
        Contest(name="agenda item", make=_item, processes=CONTENT.concurrency),
        Contest(name=f"agenda item, {processes} processes", make=_item, processes=processes),
    )
    with (
        model_server(latency=LATENCY_SECONDS, cap=CAP) as model,
        TemporaryDirectory() as media,
        override_settings(MEDIA_ROOT=media),
        scratch() as environ,
    ):
        everything = {**environ, **_environ(model, media)}
        rows = {contest.name: _row(contest, _runs(contest, repeats, model, everything, say)) for contest in contests}
    return Report(bench="pipeline", aims=[_aim(name, row) for name, row in rows.items()], rows=rows)


def _runs(
    contest: Contest, repeats: int, model: ModelServer, environ: Mapping[str, str], say: Say
) -> list[MeasuredRun]:
    runs = []
    WorkerHeartbeat.objects.all().delete()
    with worker("notebookops", CONTENT.name, contest.processes, environ):
        _warm_up(contest.processes)
        for repeat in range(repeats):
            empty_tables()
            runs.append(_measure(contest.make, model))
            say(f"{repeat + 1}/{repeats} {contest.name}: {runs[-1].seconds:.2f} s; {_stages()}")
    return runs


def _environ(model: ModelServer, media: str) -> Mapping[str, str]:
    return {
        "LLM_BASE_URL": model.url,
        "LLM_MODEL": "bench",
        "EMBEDDING_BASE_URL": model.url,
        "EMBEDDING_MODEL": "bench",
        "PROVIDER_CONCURRENCY": str(CAP),
        "PROVIDER_CHAT_RESERVED": "0",
        "MEDIA_ROOT": media,
    }


def _warm_up(processes: int) -> None:
    """Each process has imported what it needs before anything is measured."""
    _wait(lambda: WorkerHeartbeat.objects.exists())
    jobs = [verbs.enqueue(*_small_source()) for _ in range(2 * processes)]
    _wait(lambda: Job.objects.filter(pk__in=[job.pk for job in jobs], state=State.SUCCEEDED).count() == len(jobs))


def _measure(make: Make, model: ModelServer) -> MeasuredRun:
    kind, subject = make()
    model.forget()
    job = verbs.enqueue(kind, subject)
    _wait(lambda: Job.objects.filter(pk=job.pk, finished_at__isnull=False).exists())
    job.refresh_from_db()
    if job.state != State.SUCCEEDED or job.finished_at is None:
        raise RuntimeError(f"the {kind} job ended as {job.state}: {job.error_code}")
    return MeasuredRun(
        seconds=(job.finished_at - job.created_at).total_seconds(),
        calls=sum(model.answered.values()),
        embeddings=model.answered[EMBEDDINGS],
        most_at_once=model.most_at_once,
        refused=model.refused,
    )


def _stages() -> str:
    """Where the time went: mean seconds of each stage."""
    stages = StageResult.objects.values_list("kind", "stage").annotate(seconds=Avg("seconds")).order_by("kind", "stage")
    return ", ".join(f"{kind}.{stage} {seconds:.2f}" for kind, stage, seconds in stages)


def _row(contest: Contest, runs: list[MeasuredRun]) -> dict[str, Any]:
    calls = runs[0].calls
    ideal = (ceil((calls - LAST_CALLS) / contest.side_by_side) + LAST_CALLS) * LATENCY_SECONDS
    wall = median(run.seconds for run in runs)
    return {
        "wall s": wall,
        "fastest s": min(run.seconds for run in runs),
        "slowest s": max(run.seconds for run in runs),
        "ideal s": ideal,
        "ratio": wall / ideal,
        "calls": calls,
        "embeddings": runs[0].embeddings,
        "ideal side by side": contest.side_by_side,
        "most side by side": max(run.most_at_once for run in runs),
        "refused": sum(run.refused for run in runs),
        "processes": contest.processes,
        "calls per job": int(settings.PROVIDER_CALLS_PER_JOB),
    }


def _aim(name: str, row: Mapping[str, Any]) -> Aim:
    holds = row["ratio"] <= AIM
    why = (
        ""
        if holds
        else "what needs the answer to another call cannot run beside it, and files are read before the first"
    )
    return Aim(what=f"{name}, wall / ideal", aim=f"<= {AIM}", value=row["ratio"], holds=holds, why=why)


def _source() -> tuple[str, JobSubject]:
    return "source", _pasted(SOURCE_CHUNKS)


def _small_source() -> tuple[str, JobSubject]:
    return "source", _pasted(1)


def _pasted(chunks: int) -> Source:
    notebook = Notebook.objects.create(title="bench")
    return Source.objects.create(notebook=notebook, title="bench", pasted_text=_text(chunks))


def _item() -> tuple[str, JobSubject]:
    council = Council.objects.create(title="bench")
    meeting = CouncilMeeting.objects.create(council=council, number=1)
    item = AgendaItem.objects.create(meeting=meeting, number=1, title="bench")
    for number in range(1, MATERIALS + 1):
        file = ContentFile(_text(MATERIAL_CHUNKS, number).encode(), name="bench.txt")
        AgendaMaterial.objects.create(item=item, number=number, title=f"bench {number}", file=file)
    return "agenda_content", item


def _text(chunks: int, number: int = 0) -> str:
    """Of this many chunks at least; no two parts of it alike, so that no answer can be used twice."""
    paragraphs: list[str] = []
    written = 0
    while written < chunks * settings.CHUNK_CHARACTERS:
        year = len(paragraphs) + 1
        paragraphs.append(SENTENCE.format(number=number * 1000 + year, place=f"別表{year}", year=year))
        written += len(paragraphs[-1]) + 1
    return "\n".join(paragraphs)


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + MAX_WAIT_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"the bench's jobs did not end within {MAX_WAIT_SECONDS:.0f} s")
        time.sleep(POLL_SECONDS)
