"""A real worker checks the bundled document, with a model that is partly wrong and goes away in the middle."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tasks_app.job_types.document_check import DOCUMENT_CHECK
from tasks_app.jobs.transitions import subjects, verbs
from tasks_app.models import CheckIssue, DocumentCheck, Notebook
from tests.acceptance.conftest import wait_for_state
from tests.acceptance.engine.test_recovery import results
from tests.acceptance.test_providers import providers
from tests.acceptance.worker_processes import Workers
from tests.engine.providers.scripted_endpoint import CHAT, ScriptedEndpoint, endpoint


@pytest.fixture
def server() -> Iterator[ScriptedEndpoint]:
    with endpoint() as running:
        yield running


@pytest.fixture
def sample(notebook: Notebook, settings: Settings, tmp_path: Path) -> DocumentCheck:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    check: DocumentCheck
    (check,) = DOCUMENT_CHECK.samples(notebook)
    return check


def test_rules_and_a_model_from_end_to_end(
    workers: Workers, sample: DocumentCheck, server: ScriptedEndpoint, settings: Settings
) -> None:
    true = {"quote": "平素より", "suggestion": "日頃から", "category": "expression", "severity": "info"}
    false = {"quote": "存在しない文", "suggestion": "x", "category": "typo", "severity": "error"}
    server.command(CHAT, {"do": "fail", "status": 502})
    server.always(CHAT, {"do": "answer", "text": json.dumps({"findings": [true, false]})})
    workers.keeper()
    workers.worker("worker", "llm", 1, **providers(server, MEDIA_ROOT=str(settings.MEDIA_ROOT)))

    job = wait_for_state(verbs.enqueue("document_check", sample), "succeeded")

    sample.refresh_from_db()
    found = dict(DOCUMENT_CHECK.outputs(subjects.find(DOCUMENT_CHECK, sample.pk)))
    assert int(found["issues"]) > 15
    assert (found["checked_by"], sample.dropped) == ("writer", 1)
    assert CheckIssue.objects.get(rule="").original == "平素より"
    assert results(job) == [("retried", "FAILURE"), ("succeeded", "SUCCESS")]
