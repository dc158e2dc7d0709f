"""Correcting lines of a transcript on its page: one in place, or a wording everywhere. The history is shown below."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from tasks_app.admin.content.base import job_status, submit
from tasks_app.admin.content.base.subject_admin import SubjectAdmin
from tasks_app.models import Correction, Transcription
from tasks_app.submission import corrections

CHANGE = "tasks_app.change_transcription"
HISTORY_SHOWN = 50


class LineCorrections(SubjectAdmin):
    """A part of the admin of transcriptions."""

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, "tasks_app_transcription"
        return [
            path("<uuid:subject_id>/correct/", view(self.correct_view), name=f"{name}_correct"),
            path("<uuid:subject_id>/replace/", view(self.replace_view), name=f"{name}_replace"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def correct_view(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        """One line, by its position and what it said when it was shown."""
        given = request.POST

        def correct(transcription: Transcription) -> int:
            if not given.get("position", "").isdecimal() or len(given["position"]) > 9:
                raise ValidationError(gettext("There is no such line."))
            corrections.correct(
                transcription,
                int(given["position"]),
                given.get("before", ""),
                given.get("after", ""),
                by=request.user,
            )
            return 1

        return self._changed(request, subject_id, correct)

    @method_decorator(require_POST)
    def replace_view(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        """A wording in every line that has it."""
        sought, replacement = request.POST.get("sought", ""), request.POST.get("replacement", "")
        return self._changed(
            request, subject_id, lambda one: corrections.replace(one, sought, replacement, by=request.user)
        )

    def _changed(self, request: HttpRequest, subject_id: UUID, change: Callable[[Transcription], int]) -> HttpResponse:
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        transcription = self.readable(request, subject_id)
        try:
            with transaction.atomic():
                count = change(transcription)
                if count:
                    submit.enqueue_from_console(request, transcription)
                    self.log_change(request, transcription, gettext("Corrected the transcript."))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            self._report(request, count)
        number = request.POST.get("lines", "")
        place = f"?lines={number}#lines" if number.isdecimal() else "#lines"
        return HttpResponseRedirect(job_status.address(transcription, "change") + place)

    def _report(self, request: HttpRequest, count: int) -> None:
        if not count:
            messages.warning(request, gettext("No line contains this text."))
            return
        report = ngettext(
            "%(count)d line was corrected. The formatted text is made again.",
            "%(count)d lines were corrected. The formatted text is made again.",
            count,
        )
        messages.success(request, report % {"count": count})


def history(request: HttpRequest, transcription: Transcription) -> dict[str, Any]:
    """For console/content/transcription/transcript.html; without addresses where the reader may not correct."""
    may = request.user.has_perm(CHANGE)
    newest = Correction.objects.filter(transcription=transcription).select_related("created_by").order_by("-id")
    return {
        "correct_url": job_status.address(transcription, "correct") if may else "",
        "replace_url": job_status.address(transcription, "replace") if may else "",
        "corrections": newest[:HISTORY_SHOWN],
    }
