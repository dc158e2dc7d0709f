"""Transcriptions: videos and recordings submitted, what was said taken out."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.common import range_response
from tasks_app.admin.content.base.subject_filters import JobStateFilter, NotebookFilter
from tasks_app.admin.content.transcription import transcript_view
from tasks_app.admin.content.transcription.form import TranscriptionForm
from tasks_app.admin.content.transcription.line_corrections import LineCorrections, history
from tasks_app.admin.content.transcription.reuse import TranscriptUses
from tasks_app.admin.operations.providers.provider_status import audio_recipients
from tasks_app.models import Line, Recording, Transcription
from tasks_app.text.speech import subtitles

SUBTITLE_TYPES = {"srt": "application/x-subrip", "vtt": "text/vtt"}


@admin.register(Transcription)
class TranscriptionAdmin(TranscriptUses, LineCorrections):
    form = TranscriptionForm
    outcome_template = "console/content/transcription/transcript.html"
    list_display = ("title", "notebook", "state", "updated_at")
    list_filter = (JobStateFilter, NotebookFilter)
    list_select_related = ("notebook",)
    search_fields = ("title__folded", "filename__folded", "video_id")
    autocomplete_fields = ("notebook",)
    empty_text = _("No transcriptions yet. Add one: enter a video URL, or upload a recording or subtitles.")

    class Media:
        js = ("tasks_app/transcript.js",)

    def get_readonly_fields(self, request: HttpRequest, obj: Transcription | None = None) -> tuple[str, ...]:
        return ("notebook",) if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Transcription | None = None) -> Any:
        if obj is None:
            fields = ("notebook", "title", "url", "file")
            return ((None, {"fields": fields, "description": audio_recipients()}),)
        replace = gettext("Enter another URL or upload another file to process it again.")
        return (
            (None, {"fields": ("notebook", "title")}),
            (_("Replace content"), {"fields": ("url", "file"), "description": f"{replace} {audio_recipients()}"}),
        )

    def outcome(self, request: HttpRequest, subject: Transcription) -> dict[str, Any]:
        shown = {**super().outcome(request, subject), **transcript_view.outcome(request, subject)}
        return {**shown, **history(request, subject)}

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, "tasks_app_transcription"
        return [
            path("<uuid:subject_id>/recording/", view(self.recording_view), name=f"{name}_recording"),
            path("<uuid:subject_id>/srt/", view(self.subtitle_view), {"form": "srt"}, name=f"{name}_srt"),
            path("<uuid:subject_id>/vtt/", view(self.subtitle_view), {"form": "vtt"}, name=f"{name}_vtt"),
            *super().get_urls(),
        ]

    def recording_view(self, request: HttpRequest, subject_id: UUID) -> HttpResponseBase:
        """The sound for the player, also a part of it."""
        transcription = self.readable(request, subject_id)
        recording = Recording.objects.filter(pk=transcription.pk).first()
        if recording is None or not transcript_view.has_recording(transcription):
            raise Http404
        file = recording.file or transcription.file
        try:
            return range_response.response(request, file, transcript_view.media_type(transcription, recording))
        except FileNotFoundError:
            raise Http404 from None

    def subtitle_view(self, request: HttpRequest, subject_id: UUID, form: str) -> HttpResponse:
        """The lines with their times as a file of subtitles."""
        transcription = self.readable(request, subject_id)
        cues = [line.cue for line in Line.objects.filter(transcription=transcription)]
        if not cues:
            raise Http404
        name = slugify(transcription.title, allow_unicode=True) or "transcript"
        return HttpResponse(
            subtitles.write(cues, f".{form}"),
            content_type=f"{SUBTITLE_TYPES[form]}; charset=utf-8",
            headers={"Content-Disposition": content_disposition_header(True, f"{name}.{form}") or "attachment"},
        )
