"""Correcting lines of a transcript on its page: one in place, or a wording everywhere. The history is shown below."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tasks_app.admin.content.base import job_status, submit
from tasks_app.admin.content.base.subject_admin import SubjectAdmin
from tasks_app.models import Correction, Transcription
from tasks_app.submission import corrections

CHANGE = "tasks_app.change_transcription"
HISTORY_SHOWN = 50
NO_LINE = dict.fromkeys(("required", "invalid", "min_value", "max_value"), _("There is no such line."))

Change = Callable[[Transcription, Mapping[str, Any]], int]
"""Carries out what a form asks for; how many lines were changed."""


class LineForm(forms.Form):
    """One line, by its position and what it said when it was shown."""

    position = forms.IntegerField(min_value=0, max_value=2**31 - 1, error_messages=NO_LINE)
    before = forms.CharField(required=False, strip=False)
    after = forms.CharField(required=False, strip=False)


class ReplacementForm(forms.Form):
    """A wording in every line that has it."""

    sought = forms.CharField(strip=False, error_messages={"required": _("Enter the text to replace.")})
    replacement = forms.CharField(required=False, strip=False)


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
        form = LineForm(request.POST)

        def correct(transcription: Transcription, given: Mapping[str, Any]) -> int:
            corrections.correct(transcription, **given, by=request.user)
            return 1

        return self._changed(request, subject_id, form, correct)

    @method_decorator(require_POST)
    def replace_view(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        form = ReplacementForm(request.POST)
        return self._changed(
            request, subject_id, form, lambda one, given: corrections.replace(one, **given, by=request.user)
        )

    def _changed(self, request: HttpRequest, subject_id: UUID, form: forms.Form, change: Change) -> HttpResponse:
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        transcription = self.readable(request, subject_id)
        try:
            if not form.is_valid():
                raise ValidationError([error for errors in form.errors.as_data().values() for error in errors])
            with transaction.atomic():
                count = change(transcription, form.cleaned_data)
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
