"""What becomes of a finished transcript: a source of its notebook, or the minutes of an agenda item."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tasks_app.admin.content.base import job_status, submit
from tasks_app.admin.content.base.subject_admin import SubjectAdmin
from tasks_app.jobs.transitions import verbs
from tasks_app.models import AgendaItem, Source, Transcription

ADD_SOURCE, CHANGE_ITEM = "tasks_app.add_source", "tasks_app.change_agendaitem"
ITEMS_OFFERED = 200
"""The newest agenda items without minutes."""


class ItemChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: AgendaItem) -> str:
        return f"{obj.meeting}: {obj.number} {obj.title}"


class MinutesForm(forms.Form):
    """Only items that have no minutes yet: none are replaced unseen."""

    item = ItemChoice(queryset=AgendaItem.objects.none(), label=_("agenda item"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = AgendaItem.objects.filter(file="", url="", pasted_text="").select_related("meeting__council")
        newest = free.order_by("-created_at").values_list("pk", flat=True)[:ITEMS_OFFERED]
        self.fields["item"].queryset = free.filter(pk__in=list(newest))  # type: ignore[attr-defined]


class TranscriptUses(SubjectAdmin):
    """A part of the admin of transcriptions."""

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, "tasks_app_transcription"
        return [
            path("<uuid:subject_id>/source/", view(self.source_view), name=f"{name}_source"),
            path("<uuid:subject_id>/minutes/", view(self.minutes_view), name=f"{name}_minutes"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def source_view(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        """A source of the same notebook with the formatted text."""
        transcription = self._allowed(request, subject_id, ADD_SOURCE)
        text = _text(request, transcription)
        if text is None:
            return HttpResponseRedirect(job_status.address(transcription, "change"))
        with transaction.atomic():
            source = Source.objects.create(
                notebook=transcription.notebook,
                title=transcription.title,
                pasted_text=text,
                created_by=request.user,  # type: ignore[misc]
            )
            submit.enqueue_from_console(request, source)
            self.log_addition(request, source, gettext("Made from a transcription."))
        messages.success(
            request, gettext("“%(title)s” was saved and processing has started.") % {"title": source.title}
        )
        return HttpResponseRedirect(job_status.address(source, "change"))

    def minutes_view(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        """The formatted text as the minutes of an agenda item that has none."""
        transcription = self._allowed(request, subject_id, CHANGE_ITEM)
        text = _text(request, transcription)
        if text is None:
            return HttpResponseRedirect(job_status.address(transcription, "change"))
        form = MinutesForm(request.POST or None)
        if form.is_valid():
            item: AgendaItem = form.cleaned_data["item"]
            with transaction.atomic():
                verbs.hold(item)
                item.pasted_text = text
                item.save()
                submit.enqueue_from_console(request, item)
                self.log_change(request, item, gettext("Imported the minutes from a transcription."))
            messages.success(
                request, gettext("“%(title)s” was saved and processing has started.") % {"title": item.title}
            )
            return HttpResponseRedirect(job_status.address(item, "change"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Use as agenda minutes"),
            "transcription": transcription,
            "form": form,
        }
        return render(request, "console/content/transcription/transcript_minutes.html", context)

    def _allowed(self, request: HttpRequest, subject_id: UUID, permission: str) -> Transcription:
        if not request.user.has_perm(permission):
            raise PermissionDenied
        transcription: Transcription = self.readable(request, subject_id)
        return transcription


def _text(request: HttpRequest, transcription: Transcription) -> str | None:
    """The formatted text; None, with a message to the user, if there is none or too much of it."""
    text: str = transcription.document.formatted_text
    if not text.strip():
        messages.error(request, gettext("There is no text to use yet."))
        return None
    try:
        submit.check_text(text)
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
        return None
    return text
