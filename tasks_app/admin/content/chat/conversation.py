"""What a chat's page shows: the conversation, how the newest answers come along, and where they come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from tasks_app.admin.content.base import text_viewer
from tasks_app.admin.content.base.document_links import pages
from tasks_app.admin.content.chat.answer_html import answer_html
from tasks_app.admin.jobs.actions.job_actions import Verb, offered
from tasks_app.admin.jobs.status.diagnose import diagnose
from tasks_app.admin.jobs.status.diagnosis import Diagnosis
from tasks_app.admin.jobs.status.durations import with_times
from tasks_app.job_types.chat import CHAT
from tasks_app.models import ChatMessage, ChatSession, Job, Part, StageResult
from tasks_app.models.content.chat import MessageRole, ReadingMode
from tasks_app.models.engine.job import State
from tasks_app.stages.chat.streaming import TEXT

SHOWN = 50
"""Newest questions on the page."""


@dataclass(frozen=True, kw_only=True)
class ShownAnswer:
    """One question with its answer. `text` is what has come of an answer that is not complete."""

    message: ChatMessage
    job: Job | None
    diagnosis: Diagnosis | None
    html: SafeString | str = ""
    text: str = ""
    citations: Sequence[dict[str, Any]] = ()
    dropped: int = 0
    provenance: str = ""
    extractive: bool = False
    verbs: Sequence[Verb] = field(default=())

    @property
    def busy(self) -> bool:
        return self.job is not None and not self.job.done


def answers(request: HttpRequest, session: ChatSession) -> list[ShownAnswer]:
    """The newest SHOWN, the oldest of them first."""
    messages = ChatMessage.objects.filter(session=session, role=MessageRole.ASSISTANT).order_by("-created_at")[:SHOWN]
    return _with_jobs(request, list(messages)[::-1])


def answer(request: HttpRequest, message: ChatMessage) -> ShownAnswer:
    (found,) = _with_jobs(request, [message])
    return found


def address(session: ChatSession, view: str = "change") -> str:
    return reverse(f"admin:tasks_app_chatsession_{view}", args=[session.pk])


def beginning(session: ChatSession) -> str:
    """Where another conversation about the same begins."""
    return reverse(f"admin:tasks_app_chatsession_{session.about._meta.model_name}", args=[session.about.pk])


def _with_jobs(request: HttpRequest, messages: Sequence[ChatMessage]) -> list[ShownAnswer]:
    ids = [message.pk for message in messages]
    newest = Job.objects.filter(kind=CHAT.kind, subject_id__in=ids).order_by("subject_id", "-created_at")
    jobs = {job.subject_id: job for job in with_times(newest.distinct("subject_id"))}
    parts = Part.objects.filter(kind=CHAT.kind, subject_id__in=ids, stage="answer", key=TEXT)
    texts = {part.subject_id: str(part.data["text"]) for part in parts}
    results = StageResult.objects.filter(kind=CHAT.kind, subject_id__in=ids, stage="cite").order_by("subject_id", "-id")
    dropped = {
        result.subject_id: int(result.figures.get("citations_dropped", 0)) for result in results.distinct("subject_id")
    }
    addresses = pages(request.user, {UUID(one["document"]) for message in messages for one in message.citations})
    return [
        _answer(
            request,
            message,
            jobs.get(message.pk),
            texts.get(message.pk, ""),
            [_citation(message, one, addresses) for one in message.citations],
            dropped.get(message.pk, 0),
        )
        for message in messages
    ]


def _answer(
    request: HttpRequest,
    message: ChatMessage,
    job: Job | None,
    text: str,
    citations: Sequence[dict[str, Any]],
    dropped: int,
) -> ShownAnswer:
    complete = bool(message.content) and (job is None or job.state == State.SUCCEEDED)
    return ShownAnswer(
        message=message,
        job=job,
        diagnosis=diagnose(job) if job and not complete else None,
        html=answer_html(message) if complete else "",
        text="" if complete else text,
        citations=citations if complete else (),
        dropped=dropped if complete else 0,
        provenance=_provenance(message) if complete else "",
        extractive=message.provider == "extractive",
        verbs=offered(request.user, job) if job else (),
    )


def _citation(message: ChatMessage, stored: dict[str, Any], addresses: Mapping[UUID, str]) -> dict[str, Any]:
    page = addresses.get(UUID(stored["document"]), "")
    url = text_viewer.link(page, stored["start"], stored["end"], stored["digest"]) if page else ""
    return {**stored, "url": url, "anchor": f"{message.pk}-{stored['number']}"}


def _provenance(message: ChatMessage) -> str:
    """How much was read for an answer, in the active language."""
    facts = {"read": message.coverage, "passages": len(message.passages), "chunks": message.found_in}
    if message.reading == ReadingMode.FULL:
        whole = sum(span["end"] - span["start"] for span in message.passages)
        return gettext("%(read)d of %(whole)d characters were read.") % {**facts, "whole": whole}
    return gettext("Passages used: %(passages)d. Chunks searched: %(chunks)d.") % facts
