"""The job list as a file for a spreadsheet."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext, override

from tasks_app.admin.common.display import stage_label
from tasks_app.models import Job
from tasks_app.models.engine.job import State
from tasks_app.text.documents.exporting import Cell, csv_lines

ROWS_AT_A_TIME = 500


def response(jobs: QuerySet[Job]) -> StreamingHttpResponse:
    """All of `jobs`, in the reader's language, row by row as the database gives them."""
    name = f"jobs-{timezone.localtime():%Y%m%d-%H%M%S}.csv"
    plain = (
        Job.objects.filter(pk__in=jobs.order_by().values("pk")).order_by("-created_at").select_related("requested_by")
    )
    lines = csv_lines(_rows(plain, get_language() or settings.LANGUAGE_CODE))
    return StreamingHttpResponse(
        (line.encode() for line in lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _rows(jobs: QuerySet[Job], language: str) -> Iterator[list[Cell]]:
    """Made after the view has returned, when the request's language is no longer active."""
    with override(language):
        headings = _headings()
    yield headings
    for job in jobs.iterator(ROWS_AT_A_TIME):
        with override(language):
            row = _row(job)
        yield row


def _headings() -> list[Cell]:
    return [
        gettext("title"),
        gettext("kind"),
        gettext("state"),
        gettext("created"),
        gettext("started"),
        gettext("finished"),
        gettext("attempt"),
        gettext("error message"),
        "ID",
        gettext("queue"),
        gettext("requested by"),
        gettext("stage"),
        gettext("error code"),
        gettext("input tokens"),
        gettext("output tokens"),
        gettext("cost"),
        gettext("acknowledged"),
    ]


def _row(job: Job) -> list[Cell]:
    return [
        job.subject_title,
        str(job.kind_label),
        str(State(job.state).label),
        _moment(job.created_at),
        _moment(job.started_at),
        _moment(job.finished_at),
        job.attempt,
        job.error_text,
        str(job.pk),
        job.queue,
        job.requested_by.get_username() if job.requested_by else "",
        stage_label(job.stage, job),
        job.error_code,
        job.input_tokens,
        job.output_tokens,
        str(job.cost),
        _moment(job.acknowledged_at),
    ]


def _moment(moment: datetime | None) -> str:
    """In the reader's time zone, as spreadsheets understand it."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}" if moment else ""
