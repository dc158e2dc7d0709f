"""What a source's page shows: how its work goes, and what came out of it."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import TextField
from django.db.models.functions import Left, Length
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.job_times import with_times
from tasks_app.admin.situation import situation
from tasks_app.admin.verbs import offered
from tasks_app.models import Chunk, Document, Job, Source, StageResult

CHUNKS_PER_PAGE = 20
GAPS = {
    "unread_pages": _(
        "These pages were not read, as they are pictures or their characters are unknown: %(count)s. With text"
        " recognition (OCR) installed, a requeue reads them."
    ),
    "cells_left_out": _("%(count)s cells beyond the limit were left out."),
    "not_computed": _(
        "%(count)s formulas have no stored value and were left out. Open the file in Excel, save it and upload it"
        " again."
    ),
}
"""By the figures of the stage that extracts the text."""

TEXT_SHOWN = 20_000
"""Characters of the formatted text on the page; all of it can be downloaded."""


def latest_job(source: Source) -> Job | None:
    """Index: job_of_subject."""
    return with_times(Job.objects.filter(kind="source", subject_id=source.pk)).order_by("-created_at").first()


def status(request: HttpRequest, source: Source) -> dict[str, Any]:
    """For console/source_live.html."""
    job = latest_job(source)
    return {
        "source": source,
        "job": job,
        "situation": situation(job) if job else None,
        "may_see_jobs": request.user.has_perm("tasks_app.view_job"),
        "verbs": offered(request.user, job) if job else [],
        "verbs_back": reverse("admin:tasks_app_source_change", args=[source.pk]),
    }


def outcome(request: HttpRequest, source: Source) -> dict[str, Any]:
    """For console/outcome.html; `chunks` is the page asked for by ?chunks=."""
    document = (
        Document.objects.defer("text", "formatted_text", "pages", "headings")
        .annotate(
            text_length=Length("text"),
            formatted_length=Length("formatted_text"),
            formatted_start=Left("formatted_text", TEXT_SHOWN, output_field=TextField()),
        )
        .get(pk=source.document_id)
    )
    return {
        "document": document,
        "text_goes_on": document.formatted_length > TEXT_SHOWN,
        "gaps": _gaps(source),
        "chunks": _chunks(document, request.GET.get("chunks", "1")),
    }


def _gaps(source: Source) -> list[str]:
    """What of the document was not read, as its newest extraction counted. Index: stage_result_newest."""
    newest = StageResult.objects.filter(kind="source", subject_id=source.pk, stage="extract").order_by("-id")
    figures = newest.values_list("figures", flat=True).first() or {}
    return [str(GAPS[name]) % {"count": value} for name, value in figures.items() if name in GAPS]


def _chunks(document: Document, number: str) -> Page[Chunk]:
    chunks = Chunk.objects.filter(document=document).defer("search", "embedding").order_by("position")
    return Paginator(chunks, CHUNKS_PER_PAGE).get_page(number)
