"""What may be submitted, and enqueueing jobs about it from a page of the console: on saving, and by buttons."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tasks_app.admin.content.base.job_status import right_to_change
from tasks_app.errors import AlreadyEnqueued
from tasks_app.jobs.transitions import subjects, verbs
from tasks_app.queues import BULK, INTERACTIVE
from tasks_app.registry import JobRequest, job_types, primary_kind, requests_on
from tasks_app.submission import requests
from tasks_app.submission.files import ACCEPT, SUFFIXES, TITLE_FROM_TEXT, check_file, check_text, title_of

__all__ = [
    "ACCEPT",
    "SUFFIXES",
    "TITLE_FROM_TEXT",
    "acceptable",
    "button_of",
    "buttons_on",
    "check_file",
    "check_text",
    "enqueue_from_console",
    "press",
    "priority_of",
    "report_accepted",
    "title_of",
]


def priority_of(subjects: int) -> int:
    """One is waited for by a person; many at once come after what people wait for."""
    return BULK if subjects > 1 else INTERACTIVE


def acceptable(request: HttpRequest, files: "Iterable[UploadedFile[Any]]") -> "Iterator[UploadedFile[Any]]":
    """The files that can be accepted; for each of the others, a message to the user says why not."""
    for file in files:
        try:
            check_file(file)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            yield file


def report_accepted(request: HttpRequest, taken: int) -> None:
    """Report how many files were queued, if any."""
    if taken:
        report = ngettext(
            "Processing has started for %(count)d file.", "Processing has started for %(count)d files.", taken
        )
        messages.success(request, report % {"count": taken})


def enqueue_from_console(request: HttpRequest, subject: Any, *, priority: int = INTERACTIVE, **params: Any) -> None:
    """Enqueue the subject's primary kind in the current transaction. A job that prevents it is named to the reader."""
    user: Any = request.user
    try:
        kind = primary_kind(subject._meta.label)
        verbs.enqueue(kind, subject, params=params, requested_by=user, priority=priority)
    except AlreadyEnqueued as refusal:
        _name_other_job(
            request, _("Saved, but not queued: another job with different settings is already processing it."), refusal
        )


@dataclass(frozen=True, kw_only=True)
class RequestButton:
    """A kind that staff can request on a row's page; `permission` is the right they need for it."""

    kind: str
    request: JobRequest
    permission: str


def button_of(kind: str, model: type[Model]) -> RequestButton | None:
    """None where the kind has no button on the pages of this model."""
    request = requests_on(model._meta.label).get(kind)
    if request is None or not request.button:
        return None
    permission = request.permission or right_to_change(subjects.model_of(job_types[kind]))
    return RequestButton(kind=kind, request=request, permission=permission)


def buttons_on(model: type[Model], user: User | AnonymousUser) -> list[RequestButton]:
    """Those that the reader may press, the default kind's first."""
    found = (button_of(kind, model) for kind in requests_on(model._meta.label))
    return [button for button in found if button and user.has_perm(button.permission)]


def press(button: RequestButton, row: Any, request: HttpRequest) -> None:
    """Enqueue what the button asks for, and report to the reader how many jobs that were, or why there are none."""
    user: Any = request.user
    try:
        with transaction.atomic():
            params = requests.chosen(button.request, request.POST)
            jobs = requests.submit(button.kind, row, params=params, requested_by=user)
    except requests.NothingToDo as refusal:
        messages.error(request, str(refusal.reason))
    except AlreadyEnqueued as refusal:
        _name_other_job(
            request, _("Not started: a job with different settings is still running on this item."), refusal
        )
    else:
        report = ngettext(
            "Processing has started for %(count)d job.", "Processing has started for %(count)d jobs.", len(jobs)
        )
        messages.success(request, report % {"count": len(jobs)})


def _name_other_job(request: HttpRequest, message: str, refusal: AlreadyEnqueued) -> None:
    address = reverse("admin:tasks_app_job_change", args=[refusal.job_id])
    messages.warning(request, format_html('{} <a href="{}">{}</a>', message, address, _("Show that job")))
