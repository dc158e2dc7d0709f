"""Real workers and an endpoint that answers, fails, limits, goes away: the bundled kind from end to end."""

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from launcher.servers.ports import any_free
from tasks_app.jobs.transitions import verbs
from tasks_app.models import Chunk, Job, ProviderState, Source, StageResult
from tests.acceptance.conftest import wait_for_state
from tests.acceptance.engine.test_recovery import results
from tests.acceptance.worker_processes import Workers
from tests.engine.providers.scripted_endpoint import CHAT, EMBEDDINGS, INPUT_TOKENS, SUMMARY, ScriptedEndpoint, endpoint
from tests.support.waiting import once_reachable, wait_for

TEXT = "".join(f"第{number}号の議案について、市長の見解を伺います。\n" for number in range(120))
WINDOW = 600


@pytest.fixture
def server() -> Iterator[ScriptedEndpoint]:
    with endpoint() as running:
        yield running


@pytest.fixture
def document(source: Source) -> Source:
    source.pasted_text = TEXT
    source.save()
    return source


def providers(server: ScriptedEndpoint, **changes: Any) -> dict[str, str]:
    """The environment of a worker that asks this endpoint."""
    return {
        "LLM_BASE_URL": server.url,
        "LLM_MODEL": "writer",
        "EMBEDDING_BASE_URL": server.url,
        "EMBEDDING_MODEL": "vectors",
        "EMBEDDING_BATCH_SIZE": "2",
        "SUMMARY_WINDOW_CHARACTERS": str(WINDOW),
        "CHUNK_CHARACTERS": "300",
        "JOB_TYPE_PACKAGES": "tasks_app.job_types",
        "PROVIDER_TIMEOUT_SECONDS": "30",
        "JOB_LEASE_SECONDS": "60",
        **changes,
    }


def windows_asked(server: ScriptedEndpoint) -> list[str]:
    """The material of each request, without the marks, which differ every time."""
    return [asked.text.partition("<data ")[2].partition(">\n")[2].partition("\n</data")[0] for asked in _of(server)]


def _of(server: ScriptedEndpoint) -> list[Any]:
    return [asked for asked in server.calls(CHAT) if "議案について" in asked.text]


def test_a_model_sums_up_and_chunks_get_vectors(workers: Workers, document: Source, server: ScriptedEndpoint) -> None:
    workers.worker("worker", "content", 1, **providers(server, PROVIDER_PRICES='{"writer": [1.0, 1.0]}'))
    job = wait_for_state(verbs.enqueue("source", document), "succeeded")
    document.document.refresh_from_db()
    assert (document.document.summary, document.document.summary_provider) == (SUMMARY, "model")
    assert document.document.summary_model == "writer"
    assert document.document.summary_coverage == len(TEXT)
    chunks = Chunk.objects.filter(document_id=document.document_id)
    assert chunks.count() > 4
    assert not chunks.filter(embedding=None).exists()
    assert job.input_tokens == len(server.calls(CHAT)) * INPUT_TOKENS + chunks.count()
    assert job.cost > 0
    assert results(job) == [("succeeded", "SUCCESS")]


def test_an_endpoint_that_is_away_burns_no_attempt(
    workers: Workers, document: Source, server: ScriptedEndpoint
) -> None:
    nobody = f"http://127.0.0.1:{any_free()}/v1"
    workers.keeper()
    leaving = workers.worker("leaving", "content", 1, **providers(server, LLM_BASE_URL=nobody))
    job = verbs.enqueue("source", document)
    wait_for(lambda: once_reachable(lambda: job.attempts.filter(outcome="released").count() > 1), "two releases")
    job.refresh_from_db()
    assert job.attempt <= 1
    assert job.error_code == "provider_unreachable"
    assert nobody.split("/")[2] in job.error_text
    assert ProviderState.objects.get(provider="llm").unreachable_since is not None
    vectors = len(server.calls(EMBEDDINGS))
    leaving.stop()
    workers.worker("heir", "content", 1, **providers(server))
    wait_for_state(job, "succeeded")
    assert job.attempt == 1
    assert ProviderState.objects.get(provider="llm").unreachable_since is None
    assert len(server.calls(EMBEDDINGS)) == vectors, "what was saved is not asked for again"


def test_a_limit_is_waited_for_as_long_as_the_server_wishes(
    workers: Workers, document: Source, server: ScriptedEndpoint
) -> None:
    server.command(CHAT, {"do": "limit", "seconds": 2})
    workers.keeper()
    workers.worker("worker", "content", 1, **providers(server, PROVIDER_CALLS_PER_JOB="1"))
    job = wait_for_state(verbs.enqueue("source", document), "succeeded")
    assert results(job) == [("released", "REVOKED"), ("succeeded", "SUCCESS")]
    first, second = job.attempts.order_by("id")
    assert first.error_code == "provider_limiting"
    assert job.attempt == 1
    assert first.ended_at is not None
    assert (second.started_at - first.ended_at).total_seconds() >= 2


def test_killed_between_windows_finished_ones_are_not_asked_again(
    workers: Workers, document: Source, server: ScriptedEndpoint
) -> None:
    workers.keeper()
    server.hold(CHAT, after=3)
    workers.worker("victim", "content", 1, **providers(server, PROVIDER_CALLS_PER_JOB="1"))
    job = verbs.enqueue("source", document)
    server.wait_until_asked(CHAT, 4)
    os.kill(job.attempts.get().process_id, signal.SIGKILL)
    server.let_go(CHAT)
    wait_for_state(job, "succeeded")
    windows = windows_asked(server)
    interrupted = windows[3]
    assert [windows.count(window) for window in dict.fromkeys(windows)] == [
        2 if window == interrupted else 1 for window in dict.fromkeys(windows)
    ]
    assert "".join(dict.fromkeys(windows)) == TEXT
    assert results(job) == [("recovered", "FAILURE"), ("succeeded", "SUCCESS")]


def test_extractive_output_is_not_taken_for_the_models(
    workers: Workers, document: Source, server: ScriptedEndpoint
) -> None:
    nothing = dict.fromkeys(("LLM_BASE_URL", "LLM_MODEL", "EMBEDDING_BASE_URL", "EMBEDDING_MODEL"), "")
    plain = workers.worker("plain", "content", 1, **providers(server, **nothing))
    job = wait_for_state(verbs.enqueue("source", document), "succeeded")
    document.document.refresh_from_db()
    assert document.document.summary_provider == "extractive"
    assert not server.asked
    plain.stop()
    workers.worker("worker", "content", 1, **providers(server))
    job = wait_for_state(verbs.requeue(Job.objects.get(pk=job.pk), by=None), "succeeded")
    document.document.refresh_from_db()
    assert document.document.summary == SUMMARY
    ran = StageResult.objects.filter(attempt=job.attempts.order_by("-id")[0])
    assert set(ran.values_list("stage", flat=True)) == {"embed", "summarise"}
