"""Every page in both themes, both languages and on a phone: all fits, and axe finds no fault."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from tasks_app.admin import bulk
from tasks_app.errors import PermanentError, TransientError
from tasks_app.job_types.minute import MINUTE
from tasks_app.jobs import control, verbs
from tasks_app.jobs.database import execute
from tasks_app.jobs.lease import claim
from tasks_app.jobs.runner import AttemptFailed
from tasks_app.models import (
    BulkItem,
    BulkOrder,
    Chunk,
    Finding,
    Job,
    Minute,
    Notebook,
    Proceedings,
    PromptOverride,
    ProviderState,
    Pulse,
    Source,
    WorkerBeat,
)
from tasks_app.registry import Usage, Work, job_types
from tests.attempts import attempt, doing, make_due, raising
from tests.browser.conftest import Visit
from tests.recordings import recorded
from tests.stages.desk import Desk

PAGES = (
    "index",
    "jobs",
    "queued job",
    "failed job",
    "sources",
    "source",
    "add source",
    "minutes",
    "reading",
    "add minutes",
    "transcription",
    "add transcription",
    "use as minutes",
    "notebooks",
    "notebook",
    "upload",
    "delete source",
    "providers",
    "prompts",
    "add prompt",
    "jobs, filtered",
    "job with a past",
    "errors",
    "no errors",
    "bulk order",
    "truth check",
    "disagreement",
    "queues",
    "workers",
    "schedules",
    "pulses",
    "task results",
    "groups",
)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def address(notebook: Notebook) -> dict[str, str]:
    """Where each page is, with a finished source, a queued and a failed job behind them."""
    done = Source.objects.create(notebook=notebook, title="防災計画の見直しについて", pasted_text="本文です。")
    document = done.document
    document.text, document.formatted_text = "本文です。", "本文です。"
    document.summary, document.summary_provider, document.summary_coverage = "要旨", "extractive", 5
    document.save()
    Chunk.objects.create(document=document, position=0, start=0, end=5, page=1, heading="序", content="本文です。")
    minute: Minute = MINUTE.samples(notebook)[0]
    for stage in MINUTE.stages:
        Desk(minute, kind="minute").carry_out(stage)
    Proceedings.objects.update(dropped={"quote": 2})
    waiting = Source.objects.create(notebook=notebook, title="議事録", pasted_text="本文です。")
    ProviderState.objects.create(provider="llm", host="models.example.org", model="writer", failed_at=timezone.now())
    PromptOverride.objects.create(prompt="source/summarise", language="ja", text="$document $characters")
    failed = verbs.fail(verbs.enqueue("source", done), by=notebook.owner, reason="差し替え")
    queued = verbs.enqueue("source", waiting, requested_by=notebook.owner)
    spoken = recorded(notebook)
    running = verbs.enqueue(
        "source", Source.objects.create(notebook=notebook, title="空き家対策", pasted_text="本文。")
    )
    lease = claim(job_types["source"], running.pk, running.dispatch_id, "content@one")
    assert lease is not None
    late = Source.objects.create(notebook=notebook, title="下水道", pasted_text="本文。")
    Job.objects.filter(pk=verbs.enqueue("source", late).pk).update(next_run_at=Now() - timedelta(hours=1))
    WorkerBeat.objects.create(worker="content@one", queues=["content"], concurrency=2, version="0")
    WorkerBeat.objects.create(worker="llm@one", queues=["llm"], concurrency=2)
    WorkerBeat.objects.filter(worker="llm@one").update(seen_at=Now() - timedelta(hours=1))
    Pulse.objects.create(name="beat")
    control.pause("llm", by=notebook.owner, reason="モデルを入れ替えています")
    past = _past(done, notebook)
    order = bulk.draft("requeue", [failed.pk, queued.pk], by=notebook.owner, cut=False, back="/admin/tasks_app/job/")
    BulkItem.objects.filter(order=order, job=queued).update(outcome="skipped", note="The job is still active.")
    bulk.confirm(order, "サーバーが直りました")
    BulkOrder.objects.filter(pk=order.pk).update(finished_at=Now())
    BulkItem.objects.filter(order=order, job=failed).update(outcome="done")
    finding = Finding.objects.create(
        check_name="attempts",
        about="1",
        job=past,
        message="Attempt %(attempt)s has no TaskResult.",
        details={"attempt": "1.1"},
    )
    return {
        "job with a past": reverse("admin:tasks_app_job_change", args=[past.pk]),
        "errors": reverse("admin:tasks_app_job_errors"),
        "no errors": reverse("admin:tasks_app_finding_changelist") + "?check=files",
        "bulk order": bulk.address(order),
        "truth check": reverse("admin:tasks_app_finding_changelist"),
        "disagreement": reverse("admin:tasks_app_finding_change", args=[finding.pk]),
        "index": reverse("admin:index"),
        "jobs": reverse("admin:tasks_app_job_changelist"),
        "queued job": reverse("admin:tasks_app_job_change", args=[queued.pk]),
        "failed job": reverse("admin:tasks_app_job_change", args=[failed.pk]),
        "sources": reverse("admin:tasks_app_source_changelist"),
        "source": reverse("admin:tasks_app_source_change", args=[done.pk]),
        "add source": reverse("admin:tasks_app_source_add"),
        "minutes": reverse("admin:tasks_app_minute_change", args=[minute.pk]),
        "reading": reverse("admin:tasks_app_minute_read", args=[minute.pk]) + "?start=900&end=960",
        "add minutes": reverse("admin:tasks_app_minute_add"),
        "transcription": reverse("admin:tasks_app_transcription_change", args=[spoken.pk]),
        "add transcription": reverse("admin:tasks_app_transcription_add"),
        "use as minutes": reverse("admin:tasks_app_transcription_minutes", args=[spoken.pk]),
        "notebooks": reverse("admin:tasks_app_notebook_changelist"),
        "notebook": reverse("admin:tasks_app_notebook_change", args=[notebook.pk]),
        "upload": reverse("admin:tasks_app_notebook_upload", args=[notebook.pk]),
        "delete source": reverse("admin:tasks_app_source_delete", args=[done.pk]),
        "providers": reverse("admin:tasks_app_providerstate_changelist"),
        "prompts": reverse("admin:tasks_app_promptoverride_changelist"),
        "jobs, filtered": reverse("admin:tasks_app_job_changelist") + "?state__exact=failed&q=防災",
        "queues": reverse("admin:tasks_app_queuecontrol_changelist"),
        "workers": reverse("admin:tasks_app_workerbeat_changelist"),
        "schedules": reverse("admin:django_celery_beat_periodictask_changelist"),
        "pulses": reverse("admin:tasks_app_pulse_changelist"),
        "task results": reverse("admin:django_celery_results_taskresult_changelist"),
        "groups": reverse("admin:auth_group_changelist"),
        "add prompt": reverse("admin:tasks_app_promptoverride_add") + "?prompt=source/summarise&language=ja",
    }


def _past(done: Source, notebook: Notebook) -> Job:
    """A job with a retry, a failure, a late result, costs, a child and a line of history."""
    source = Source.objects.create(notebook=notebook, title="橋の点検", pasted_text="本文です。")
    kind = job_types["source"]

    def spend(work: Work) -> None:
        work.spent(Usage(input_tokens=5200, output_tokens=640, cost=0.0312))

    job = verbs.enqueue("source", source, requested_by=notebook.owner, reason="会議に間に合わせる")
    for error in (TransientError("busy", "The server is busy."), PermanentError("locked", "The file is locked.")):
        make_due(job)
        with pytest.raises(AttemptFailed):
            attempt(doing(doing(kind, "chunk", spend), "format", raising(error)), job)
    execute("UPDATE tasks_app_attempt SET started_at = started_at - interval '40 s'", {})
    execute("UPDATE tasks_app_attempt SET due_at = started_at - interval '25 s'", {})
    execute("UPDATE tasks_app_stageresult SET seconds = 9", {})
    job.attempts.filter(number=1).update(refused_at=Now(), refused_stage="format")
    minute = Minute.objects.create(notebook=notebook, title="部会", pasted_text="本文。")
    verbs.fail(verbs.enqueue("minute", minute, parent=job), by=None)
    history = "再投入しました。 理由: 差し替え"
    assert notebook.owner is not None
    LogEntry.objects.log_actions(notebook.owner.pk, [job], CHANGE, change_message=history, single_object=True)
    return verbs.acknowledge(job, by=notebook.owner, reason="把握済み")


def faults(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found: dict[str, Any] = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS)
    return [
        f"{violation['id']}: {node['html'][:200]}" for violation in found["violations"] for node in violation["nodes"]
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(dark: bool, address: dict[str, str], visit: Visit, axe: str) -> None:
    """The policy is lifted for axe alone, which measures with inline styles."""
    page = visit(address["index"], language="ja", dark=dark, bypass_csp=True)
    found = {}
    for name in PAGES:
        page.goto(page.url.split("/admin/")[0] + address[name])
        found[name] = faults(page, axe)
    assert {name: nodes for name, nodes in found.items() if nodes} == {}


QUESTIONS = {
    "pause": ("queues", "button:has-text('Pause')"),
    "drain": ("queues", "button:has-text('Drain')"),
    "run now": ("schedules", "button:has-text('Run now')"),
    "requeue": ("failed job", "form[action$='/requeue/'] button"),
    "restart": ("job with a past", "form[action$='/restart/'] button"),
    "acknowledge": ("failed job", "form[action$='/acknowledge/'] button"),
    "requeue alike": ("errors", "form[action$='/requeue/'] button"),
    "repair": ("disagreement", "form[action$='/repair/'] button"),
}
"""Pages that are only reached by a button, and from where."""


@pytest.mark.parametrize("width", [390, 1360])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_on_pages_that_ask(
    dark: bool, width: int, address: dict[str, str], visit: Visit, axe: str
) -> None:
    page = visit(address["index"], dark=dark, width=width, bypass_csp=True)
    found = {}
    for name, (start, button) in QUESTIONS.items():
        page.goto(page.url.split("/admin/")[0] + address[start])
        page.locator(button).first.click()
        page.locator(".verb").wait_for()
        found[name] = faults(page, axe)
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, f"{name} runs over the edge by {over} px"
    assert {name: nodes for name, nodes in found.items() if nodes} == {}


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("width", [390, 1360])
def test_nothing_runs_over_the_edge(width: int, language: str, address: dict[str, str], visit: Visit) -> None:
    page = visit(address["index"], language=language, width=width)
    over = {}
    for name in PAGES:
        page.goto(page.url.split("/admin/")[0] + address[name])
        over[name] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert {name: pixels for name, pixels in over.items() if pixels > 0} == {}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_all_columns_of_the_job_list_fit_a_desktop(language: str, address: dict[str, str], visit: Visit) -> None:
    page = visit(address["jobs"], language=language)
    hidden = "(() => { const list = document.querySelector('.results'); return list.scrollWidth - list.clientWidth })()"
    assert page.evaluate(hidden) == 0


def test_the_readers_choice_of_theme_wins_over_the_systems(visit: Visit) -> None:
    page = visit(reverse("admin:index"), dark=True)
    dark = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--surface')")
    page.evaluate("localStorage.setItem('theme', 'light')")
    page.reload()
    light = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--surface')")
    assert (dark, light) == ("#1c1f21", "#f5f8fa")
