"""What may be put in, and sending it to work from a page of the console."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tasks_app.errors import AlreadyEnqueued
from tasks_app.intake.files import ACCEPT, SUFFIXES, TITLE_FROM_TEXT, check_file, check_text, title_of
from tasks_app.jobs import verbs
from tasks_app.queues import BULK, INTERACTIVE
from tasks_app.registry import JobSubject

__all__ = [
    "ACCEPT",
    "SUFFIXES",
    "TITLE_FROM_TEXT",
    "acceptable",
    "check_file",
    "check_text",
    "priority_of",
    "send_to_work",
    "tell_taken",
    "title_of",
]


def priority_of(subjects: int) -> int:
    """One is waited for by a person; many at once come after what people wait for."""
    return BULK if subjects > 1 else INTERACTIVE


def acceptable(request: HttpRequest, files: "Iterable[UploadedFile[Any]]") -> "Iterator[UploadedFile[Any]]":
    """Those that can be taken; of each other one the reader is told why not."""
    for file in files:
        try:
            check_file(file)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            yield file


def tell_taken(request: HttpRequest, taken: int) -> None:
    """Report how many files were sent to work, if any."""
    if taken:
        report = ngettext("%(count)d file was sent to work.", "%(count)d files were sent to work.", taken)
        messages.success(request, report % {"count": taken})


def send_to_work(
    request: HttpRequest, kind: str, subject: JobSubject, *, priority: int = INTERACTIVE, **params: Any
) -> None:
    """Enqueue a job in the current transaction. Another job in its way is told to the reader."""
    user: Any = request.user
    try:
        verbs.enqueue(kind, subject, params=params, requested_by=user, priority=priority)
    except AlreadyEnqueued as refusal:
        messages.warning(
            request,
            format_html(
                '{} <a href="{}">{}</a>',
                _("Saved, but not sent to work: a job with other settings is still busy with it."),
                reverse("admin:tasks_app_job_change", args=[refusal.job_id]),
                _("Show that job"),
            ),
        )
