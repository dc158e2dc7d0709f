"""A console with something on every page, and the addresses of all its pages."""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, SolarSchedule
from django_celery_results.models import GroupResult

from tasks_app.admin.jobs.actions import bulk_actions
from tasks_app.errors import PermanentError, TransientError
from tasks_app.job_types.chat import CHAT
from tasks_app.job_types.document_check import DOCUMENT_CHECK
from tasks_app.job_types.minute import MINUTE
from tasks_app.jobs.attempts.runner import AttemptFailed
from tasks_app.jobs.statements import execute
from tasks_app.jobs.transitions import pausing, verbs
from tasks_app.jobs.transitions.lease import claim
from tasks_app.models import (
    AccessRecord,
    AgendaItem,
    AgendaMaterial,
    BulkAction,
    BulkActionItem,
    ChatMessage,
    ChatSession,
    CheckPreference,
    CheckTerm,
    Chunk,
    Council,
    CouncilMeeting,
    DocumentCheck,
    Inconsistency,
    Job,
    Minute,
    Notebook,
    Part,
    PeriodicHeartbeat,
    Proceedings,
    PromptOverride,
    ProviderState,
    ServiceToken,
    SlideDeck,
    SlideTemplate,
    SlideVersion,
    Source,
    Transcription,
    WorkerHeartbeat,
)
from tasks_app.models.access.access_record import AccessEvent
from tasks_app.models.content.chat import MessageRole
from tasks_app.models.content.council import agenda_versions
from tasks_app.models.content.council.agenda_summary import SummaryScope
from tasks_app.registry import StageContext, Usage, job_types
from tasks_app.stages.documents.chunk import index
from tasks_app.submission.chat import ask
from tests.engine.stages.fake_stage_context import FakeStageContext
from tests.support.agenda import agenda_item
from tests.support.attempts import attempt, doing, make_due, raising
from tests.support.recordings import recorded
from tests.unit.text.decks.examples import EVERY_LAYOUT


@dataclass(frozen=True)
class Sight:
    """A page: its address, and what is pressed there, as a CSS selector, if only a button leads to it."""

    address: str
    button: str = ""


FEES = "粗大ごみの手数料は一点につき500円です。収集の当日に納付券を貼って出します。\n"
QUESTION = "粗大ごみの手数料はいくらですか。"


def item_with_versions() -> AgendaItem:
    """With materials that failed and wait, and a summary that was edited and made again."""
    item = agenda_item(materials=2)
    first, second = item.materials.order_by("number")
    second.file = ""
    second.url = "https://www.example.com/kaigi/reiwa6/dai3kai/shiryou2-unkou-keikaku-an.pdf"
    second.save()
    verbs.fail(verbs.enqueue("agenda_materials", first), by=None, reason="差し替え")
    verbs.enqueue("agenda_materials", second)
    job = verbs.enqueue("agenda_content", item)
    missing = [{"title": "資料2", "reason": "It has not been processed."}]
    version = agenda_versions.keep_of_job(
        item,
        SummaryScope.BOTH,
        job.pk,
        text="計画を決めた。予算は3万円である。",
        figures={"parts": 1, "missing": missing},
    )
    agenda_versions.edit(version, "計画を決めた。予算は5万円である。", None)
    return item


def checked_document(notebook: Notebook) -> DocumentCheck:
    """The sample, with its issues."""
    sample: DocumentCheck
    (sample,) = DOCUMENT_CHECK.samples(notebook)
    for stage in DOCUMENT_CHECK.stages:
        FakeStageContext(sample, kind="document_check").carry_out(stage)
    return sample


def deck_of_every_layout(notebook: Notebook) -> SlideDeck:
    """With two versions whose pictures were not drawn, and remarks."""
    slides = [slide.model_dump(mode="json") for slide in EVERY_LAYOUT]
    outline = [{"number": n, "layout": s["layout"], "title": s["title"], "points": []} for n, s in enumerate(slides, 1)]
    deck = SlideDeck.objects.create(notebook=notebook, title="開館時間の見直し", source_text="本文", outline=outline)
    remarks = [{"slide": 3, "code": "unknown_numbers", "details": {"numbers": "12"}}]
    for number in (1, 2):
        deck.current = SlideVersion.objects.create(
            deck=deck,
            number=number,
            token=uuid4(),
            slides=slides,
            pages=list(range(1, len(slides) + 1)),
            remarks=[*remarks, {"slide": 0, "code": "template_gone", "details": {"title": "市の様式"}}],
            written_by="extractive",
            file=ContentFile(b"PK", name="deck.pptx"),
            filename="開館時間の見直し.pptx",
        )
    deck.save()
    return deck


def fees_notice(notebook: Notebook) -> Source:
    """A source that answers QUESTION."""
    source = Source.objects.create(notebook=notebook, title="手数料のお知らせ", pasted_text=FEES)
    index(source.document_id, FEES)
    return source


def conversation(notebook: Notebook, owner: User) -> ChatSession:
    """One answer that is complete, one that stopped half way, one that is under way."""
    session = ChatSession.objects.create(notebook=notebook, owner=owner)
    attempt(CHAT, Job.objects.get(subject_id=ask(session, QUESTION, by=owner).pk))
    attempt(CHAT, Job.objects.get(subject_id=ask(session, "市長の任期は何年ですか。", by=owner).pk))
    job = Job.objects.get(subject_id=ask(session, "納付券はどこで買えますか。" * 12, by=owner).pk)
    assert claim(CHAT, job.pk, job.dispatch_id, "chat@test")
    Part.objects.create(
        job=job, kind="chat", subject_id=job.subject_id, stage="answer", key="text", data={"text": "納付券"}
    )
    return session


def job_with_a_past(done: Source, notebook: Notebook) -> Job:
    """With a retry, a failure, a late result, costs, a child and a line of history."""
    source = Source.objects.create(notebook=notebook, title="橋の点検", pasted_text="本文です。")
    kind = job_types["source"]

    def spend(context: StageContext) -> None:
        context.record_usage(Usage(input_tokens=5200, output_tokens=640, cost=0.0312))

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


def order_done(jobs: Sequence[Job], owner: User) -> BulkAction:
    """One job of it was dealt with, the others were skipped."""
    bulk_action = bulk_actions.draft(
        "requeue", [job.pk for job in jobs], by=owner, cut=False, back="/admin/tasks_app/job/"
    )
    BulkActionItem.objects.filter(bulk_action=bulk_action).update(outcome="skipped", note="The job is still active.")
    BulkActionItem.objects.filter(bulk_action=bulk_action, job=jobs[0]).update(outcome="done", note="")
    bulk_actions.confirm(bulk_action, "サーバーが直りました")
    BulkAction.objects.filter(pk=bulk_action.pk).update(finished_at=Now())
    return bulk_action


def order_stopped(notebook: Notebook, owner: User) -> BulkAction:
    """Most of the jobs tried first failed again, so the rest waits for a person."""
    sources = [Source.objects.create(notebook=notebook, title=f"通知{n}", pasted_text=str(n)) for n in range(12)]
    jobs = [verbs.fail(verbs.enqueue("source", source), by=None, reason="差し替え") for source in sources]
    bulk_action = bulk_actions.draft(
        "requeue", [job.pk for job in jobs], by=owner, cut=False, back="/admin/tasks_app/job/"
    )
    bulk_actions.confirm(bulk_action, "サーバーが直りました")
    tried = bulk_action.items.filter(position__lt=settings.BULK_ACTION_CANARY_JOBS)
    tried.update(outcome="done")
    return bulk_action


def fill_in(chief: User) -> None:
    """Put into rows what staff and stages may leave out, so that pages show it: long, as it is in an office."""
    now = timezone.now()
    address = "https://www.example.com/shingikai/bousai/reiwa6/"
    Notebook.objects.update(description="防災計画の見直しのために、各課から集めた資料をまとめたもの。")
    Council.objects.update(organisation="危機管理課", official_url=address, description="防災計画の見直し", owner=chief)
    CouncilMeeting.objects.update(
        title="令和6年度 第3回 防災審議会", date=date(2025, 1, 15), place="市役所第二庁舎 三階大会議室"
    )
    AgendaItem.objects.update(created_by=chief)
    AgendaMaterial.objects.update(created_by=chief)
    AgendaMaterial.objects.exclude(url="").update(
        file="kaigi/shiryou2.pdf",
        filename="資料2 運行計画案.pdf",
        fetched_url=f"{address}shiryou2.pdf",
        fetched_at=now,
        content_type="application/pdf",
    )
    for kind in (Source, Minute, DocumentCheck, Transcription, SlideDeck, SlideTemplate, PromptOverride):
        kind._default_manager.update(created_by=chief)
    DocumentCheck.objects.update(notebook=Notebook.objects.first(), checked_by="llm", findings=[])
    SlideDeck.objects.update(
        key_points="開館時間の延長と費用",
        template=SlideTemplate.objects.first(),
        template_title="市の様式",
        outlined_by="llm",
        written_by="llm",
        model="writer",
        remarks=[{"slide": 3, "code": "unknown_numbers", "details": {"numbers": "12"}}],
    )
    PromptOverride.objects.update(reason="要約が長すぎるとの声があったため")
    CheckTerm.objects.update(owner=chief)
    ServiceToken.objects.update(last_used_at=now)
    ProviderState.objects.update(
        answered_at=now,
        unreachable_since=now,
        error_class="TransientError",
        error_code="provider_busy",
        error_message="The server is busy.",
        error_fingerprint="0123456789abcdef",
    )


def furnish(notebook: Notebook, chief: User) -> dict[str, Sight]:
    """Rows behind every page; by name, the pages that show one row in a state of its own, and those that ask."""
    assert notebook.owner is not None
    done = Source.objects.create(notebook=notebook, title="防災計画の見直しについて", pasted_text="本文です。")
    document = done.document
    document.text, document.formatted_text = "本文です。", "本文です。"
    document.summary, document.summary_provider, document.summary_coverage = "要旨", "extractive", 5
    document.save()
    Chunk.objects.create(document=document, position=0, start=0, end=5, page=1, heading="序", content="本文です。")
    minute: Minute = MINUTE.samples(notebook)[0]
    for stage in MINUTE.stages:
        FakeStageContext(minute, kind="minute").carry_out(stage)
    Proceedings.objects.update(dropped={"quote": 2})
    recorded(notebook)
    fees_notice(notebook)
    conversation(notebook, chief)
    checked_document(notebook)
    deck_of_every_layout(notebook)
    SlideTemplate.objects.create(title="市の様式", file=ContentFile(b"PK", name="様式.potx"), filename="様式.potx")
    item_with_versions()

    failed = verbs.fail(verbs.enqueue("source", done), by=notebook.owner, reason="差し替え")
    waiting = Source.objects.create(notebook=notebook, title="議事録", pasted_text="本文です。")
    queued = verbs.enqueue("source", waiting, requested_by=notebook.owner)
    vacant = Source.objects.create(notebook=notebook, title="空き家対策", pasted_text="本文。")
    running = verbs.enqueue("source", vacant)
    assert claim(job_types["source"], running.pk, running.dispatch_id, "content@one")
    late = Source.objects.create(notebook=notebook, title="下水道", pasted_text="本文。")
    Job.objects.filter(pk=verbs.enqueue("source", late).pk).update(next_run_at=Now() - timedelta(hours=1))
    past = job_with_a_past(done, notebook)
    stopped = Source.objects.create(notebook=notebook, title="取りやめた資料", pasted_text="本文。")
    cancelled = verbs.cancel(verbs.enqueue("source", stopped), by=notebook.owner, reason="不要になった")
    bulk_action = order_done([failed, queued], notebook.owner)
    draft = bulk_actions.draft("requeue", [failed.pk, past.pk], by=chief, cut=True, back="/admin/tasks_app/job/")

    ProviderState.objects.create(provider="llm", host="models.example.org", model="writer", failed_at=timezone.now())
    PromptOverride.objects.create(prompt="source/summarise", language="ja", text="$document $characters")
    WorkerHeartbeat.objects.create(worker="content@one", queues=["content"], concurrency=2, version="0")
    WorkerHeartbeat.objects.create(worker="llm@one", queues=["llm"], concurrency=2)
    WorkerHeartbeat.objects.filter(worker="llm@one").update(seen_at=Now() - timedelta(hours=1))
    PeriodicHeartbeat.objects.create(name="beat")
    pausing.pause("llm", by=notebook.owner, reason="モデルを入れ替えています")
    inconsistency = Inconsistency.objects.create(
        check_name="attempts",
        about="1",
        job=past,
        message="Attempt %(attempt)s has no TaskResult.",
        details={"attempt": "1.1"},
    )
    refused = AccessRecord(event=AccessEvent.SIGN_IN_FAILED, name="officer", address="192.0.2.1", account_key="0" * 64)
    AccessRecord.objects.bulk_create(copy(refused) for _number in range(settings.SIGN_IN_FAILURES_PER_ADDRESS))
    AccessRecord.objects.create(event=AccessEvent.DOWNLOADED, name="API: frontend", address="2001:db8::1", target="/x")
    ServiceToken.objects.create(name="frontend", prefix="nbs_abcdef", digest="0" * 64, created_by=chief)
    CheckTerm.objects.create(term="御中", correct="様", note="宛名")
    CheckPreference.objects.create(user=chief)
    CrontabSchedule.objects.create(hour=3)
    ClockedSchedule.objects.create(clocked_time=timezone.now())
    SolarSchedule.objects.create(event="sunrise", latitude=35, longitude=139)
    GroupResult.objects.create(group_id="a-group", date_created=timezone.now(), date_done=timezone.now())

    fill_in(chief)
    jobs = reverse("admin:tasks_app_job_changelist")
    queues = reverse("admin:tasks_app_queuecontrol_changelist")
    disagreement = reverse("admin:tasks_app_inconsistency_change", args=[inconsistency.pk])
    page_of = {
        state: reverse("admin:tasks_app_job_change", args=[job.pk])
        for state, job in (
            ("queued", queued),
            ("running", running),
            ("failed", failed),
            ("cancelled", cancelled),
            ("past", past),
        )
    }
    return {
        "an application": Sight(reverse("admin:app_list", args=["tasks_app"])),
        "queued job": Sight(page_of["queued"]),
        "running job": Sight(page_of["running"]),
        "failed job": Sight(page_of["failed"]),
        "cancelled job": Sight(page_of["cancelled"]),
        "job with a past": Sight(page_of["past"]),
        "jobs, filtered": Sight(f"{jobs}?state__exact=failed&q=防災"),
        "no such jobs": Sight(f"{jobs}?q=存在しない題名"),
        "inconsistency": Sight(disagreement),
        "no inconsistency": Sight(reverse("admin:tasks_app_inconsistency_changelist") + "?check=files"),
        "order to confirm": Sight(bulk_actions.address(draft)),
        "order done": Sight(bulk_actions.address(bulk_action)),
        "order stopped": Sight(bulk_actions.address(order_stopped(notebook, chief))),
        "an overruled prompt": Sight(
            reverse("admin:tasks_app_promptoverride_add") + "?prompt=source/summarise&language=ja"
        ),
        "minutes, marked": Sight(reverse("admin:tasks_app_minute_read", args=[minute.pk]) + "?start=900&end=960"),
        "pause?": Sight(queues, "form[action$='/pause/'] button"),
        "drain?": Sight(queues, "form[action$='/drain/'] button"),
        "run now?": Sight(reverse("admin:django_celery_beat_periodictask_changelist"), "button[formaction$='/run/']"),
        "requeue?": Sight(page_of["failed"], "form[action$='/requeue/'] button"),
        "restart?": Sight(page_of["past"], "form[action$='/restart/'] button"),
        "acknowledge?": Sight(page_of["failed"], "form[action$='/acknowledge/'] button"),
        "cancel?": Sight(page_of["running"], "form[action$='/cancel/'] button"),
        "fail?": Sight(page_of["queued"], "form[action$='/fail/'] button"),
        "requeue alike?": Sight(reverse("admin:tasks_app_job_errors"), "form[action$='/requeue/'] button"),
        "compare again?": Sight(reverse("admin:tasks_app_inconsistency_changelist"), "form[action$='/anew/'] button"),
        "repair?": Sight(
            reverse("admin:tasks_app_inconsistency_change", args=[inconsistency.pk]), "form[action$='/repair/'] button"
        ),
    }


NO_PAGES = (
    "app_list",
    "login",
    "logout",
    "jsi18n",
    "autocomplete",
    "view_on_site",
    "password_change_done",
    "tasks_app_slidedeck_read",
)
"""Addresses of the site's own, and of a kind that has no text of its own."""

NO_PAGES_END = ("_live", "_text", "_download", "_picture")
"""How addresses end that answer with a part of a page or with a file."""

ELSEWHERE = (302, 403, 405)
"""Answers of addresses that lead to another page, or that are for nobody or for posting alone."""

ARGUMENTS: Mapping[str, object] = {"queue": "llm", "kind": "agenda_content", "of": "both", "number": 1, "page": 1}
"""Of addresses that take more than a row."""

ROWS: Mapping[str, QuerySet[Any]] = {
    "tasks_app_job_bulk": BulkAction.objects.all(),
    "tasks_app_chatmessage": ChatMessage.objects.filter(role=MessageRole.ASSISTANT),
    "tasks_app_chatsession_notebook": Notebook.objects.all(),
    "tasks_app_chatsession_council": Council.objects.all(),
}
"""Whose rows an address is about, where its name begins with another model's."""


ACCOUNT_PAGES = ("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "usersessions_list", "account_reauthenticate")
"""Those of django-allauth that somebody who is signed in may open."""


def every_sight() -> dict[str, Sight]:
    """By name, every address of the console that may answer with a page. Fails at one that is about no row."""
    of_account = {name: Sight(reverse(name)) for name in ACCOUNT_PAGES}
    return {name: Sight(reverse(f"admin:{name}", kwargs=arguments)) for name, arguments in _names()} | of_account


def is_a_page(client: Client, sight: Sight) -> bool:
    """Whether a reader gets a whole page there; fails where the answer is an error."""
    answer = client.get(sight.address)
    answer.close()
    assert answer.status_code in (200, *ELSEWHERE), f"{sight.address} answers {answer.status_code}"
    return answer.status_code == 200 and not answer.streaming and b"<html" in answer.content


def is_no_page(name: str) -> bool:
    """Whether the address of that name is known to answer with something else than a page."""
    return name in NO_PAGES or name.endswith(NO_PAGES_END)


def _names() -> Iterator[tuple[str, dict[str, object]]]:
    for pattern in admin.site.get_urls():
        inner = pattern.url_patterns if isinstance(pattern, URLResolver) else [pattern]
        for one in inner:
            if isinstance(one, URLPattern) and one.name and not is_no_page(one.name):
                yield one.name, {argument: _argument(one.name, argument) for argument in one.pattern.converters}


def _argument(name: str, argument: str) -> object:
    if argument in ARGUMENTS:
        return ARGUMENTS[argument]
    registered = {f"{model._meta.app_label}_{model._meta.model_name}": model for model in admin.site._registry}
    rows = {**{prefix: model._default_manager.all() for prefix, model in registered.items()}, **ROWS}
    row = rows[max((prefix for prefix in rows if name.startswith(prefix)), key=len)].order_by("pk").first()
    assert row is not None, f"{name} is about no row: furnish one"
    return row.pk
