"""How long somebody waits in a chat: until a worker takes the question, and until the first words can be seen.

Measured on an idle machine and while the queues `content` and `llm` are saturated on it, in turns.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from statistics import quantiles
from typing import Any

from benchmarks.engine import Say
from benchmarks.job_types.busy import BUSY
from benchmarks.support.report import Aim, Report
from benchmarks.support.scratch import scratch
from benchmarks.support.streaming_endpoint import streaming_endpoint
from benchmarks.support.workers import worker
from tasks_app.jobs.transitions import broker, verbs
from tasks_app.models import Attempt, ChatSession, Job, Notebook, Source, StageResult
from tasks_app.models.engine.job import State
from tasks_app.queues import CHAT, CONTENT, LLM, Queue
from tasks_app.stages.documents.chunk import index
from tasks_app.submission.chat import ask

ROUNDS = 2
BACKLOG = 300
"""Jobs in each of the two other queues when a loaded round begins."""

NOTICES = 60
PAUSE_SECONDS = 0.1
POLL_SECONDS = 0.02
MAX_WAIT_SECONDS = 120.0
WARM_UP = 8
"""Answers before each round, so that every process has its connections and clients; not counted."""

QUESTION = "粗大ごみの手数料はいくらですか。"
TEXT = "粗大ごみの手数料は、一点につき500円です。収集の当日に納付券を貼って出します。\n"
PAGE = "委員会は、公共施設の再編について、利用の実態と将来の見通しを踏まえて審議した。\n"
IDLE, LOADED = "idle", "loaded"


def run(*, samples: int, say: Say) -> Report:
    """`samples` answers of each sort, over all rounds."""
    waits: dict[str, list[tuple[float, float]]] = {IDLE: [], LOADED: []}
    left: list[int] = []
    with scratch() as environ, streaming_endpoint() as url:
        environ = {**environ, "LLM_BASE_URL": url, "LLM_MODEL": "bench", "LLM_API_KEY": ""}
        session = _session()
        with _serving(CHAT, environ=environ):
            for number in range(ROUNDS):
                waits[IDLE] += _round(session, samples // ROUNDS)
                say(f"{number + 1}/{ROUNDS} idle: {_described(waits[IDLE])}")
                with _saturated(environ):
                    waits[LOADED] += _round(session, samples // ROUNDS)
                    left.append(min(broker.depths((CONTENT.name, LLM.name)).values()))
                say(f"{number + 1}/{ROUNDS} loaded: {_described(waits[LOADED])}; {left[-1]} jobs were left")
    rows: dict[str, dict[str, Any]] = {name: _row(found) for name, found in waits.items()}
    rows[LOADED]["jobs left"] = min(left)
    return Report(bench="chat", aims=_aims(rows), rows=rows)


def _session() -> ChatSession:
    notebook = Notebook.objects.create(title="bench")
    for number in range(NOTICES):
        source = Source(notebook=notebook, title=f"{number}", pasted_text=f"第{number}号\n{TEXT}{PAGE * 20}")
        source.save()
        index(source.document_id, source.pasted_text)
    return ChatSession.objects.create(notebook=notebook)


@contextmanager
def _serving(*queues: Queue, environ: Mapping[str, str]) -> Iterator[None]:
    with ExitStack() as stack:
        for queue in queues:
            stack.enter_context(worker("notebookops", queue.name, queue.concurrency, environ))
        yield


@contextmanager
def _saturated(environ: Mapping[str, str]) -> Iterator[None]:
    """Hundreds of jobs on both other queues, and their workers busy with them."""
    notebook = Notebook.objects.create(title="load")
    for number in range(BACKLOG):
        source = Source(notebook=notebook, title=f"load {number}", pasted_text=f"第{number}号\n{PAGE * 400}")
        source.save()
        verbs.enqueue("source", source)
        verbs.enqueue(BUSY.kind, source)
    with _serving(CONTENT, LLM, environ=environ):
        _wait(lambda: Job.objects.filter(kind__in=("source", BUSY.kind), state=State.RUNNING).count() >= 4)
        yield
    for job in Job.objects.filter(kind__in=("source", BUSY.kind), state=State.QUEUED):
        verbs.cancel(job, by=None)
    Source.objects.filter(title__startswith="load ").delete()


def _round(session: ChatSession, samples: int) -> list[tuple[float, float]]:
    """Milliseconds from asking to claim and to the first words, of each answer."""
    found = []
    for number in range(WARM_UP + samples):
        job = Job.objects.get(subject_id=ask(session, QUESTION, by=None).pk)
        _wait(partial(_done, job))
        if number >= WARM_UP:
            found.append(_waits(job))
        time.sleep(PAUSE_SECONDS)
    return found


def _waits(job: Job) -> tuple[float, float]:
    job.refresh_from_db()
    attempt = Attempt.objects.get(job=job)
    figures = StageResult.objects.get(job=job, stage="answer").figures
    return 1000 * (attempt.started_at - job.created_at).total_seconds(), 1000 * figures["first_token_seconds"]


def _done(job: Job) -> bool:
    state = Job.objects.values_list("state", flat=True).get(pk=job.pk)
    if state == State.FAILED:
        job.refresh_from_db()
        raise RuntimeError(f"a chat failed: {job.error_text}")
    return state == State.SUCCEEDED


def _wait(condition: Any) -> None:
    give_up = time.monotonic() + MAX_WAIT_SECONDS
    while not condition():
        if time.monotonic() > give_up:
            raise TimeoutError("the workers did not get on")
        time.sleep(POLL_SECONDS)


def _row(waits: Sequence[tuple[float, float]]) -> dict[str, Any]:
    row: dict[str, Any] = {"answers": len(waits)}
    for name, values in zip(("claim", "first words"), zip(*waits, strict=True), strict=True):
        percentiles = quantiles(values, n=100, method="inclusive")
        row |= {f"{name} ms p{percent}": percentiles[percent - 1] for percent in (50, 95, 99)}
    return row


def _described(waits: Sequence[tuple[float, float]]) -> str:
    row = _row(waits)
    return f"claim p99 {row['claim ms p99']:.0f} ms, first words p50 {row['first words ms p50']:.0f} ms"


def _aims(rows: Mapping[str, Mapping[str, Any]]) -> list[Aim]:
    idle, loaded = rows[IDLE]["claim ms p99"], rows[LOADED]["claim ms p99"]
    saturated = rows[LOADED]["jobs left"] > 0
    return [
        Aim(what="claim p99, idle, ms", aim="<= 100", value=idle, holds=idle <= 100),
        Aim(
            what="claim p99, loaded / idle",
            aim="<= 3",
            value=loaded / idle if saturated else None,
            holds=saturated and loaded <= 3 * idle,
            why="" if saturated else "the other queues ran dry before the end",
        ),
    ]
