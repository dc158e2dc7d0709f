"""What a transcription's page shows beside its formatted text: the recording, its segments, lines with times."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from tasks_app.admin.content.base import job_status
from tasks_app.admin.content.transcription.reuse import ADD_SOURCE, CHANGE_ITEM
from tasks_app.models import Line, Recording, Segment, StageResult, Transcription
from tasks_app.registry import primary_kind
from tasks_app.stages.transcript.fetch_recording import extension_of, is_imported
from tasks_app.stages.transcript.format_transcript import RULES
from tasks_app.text.speech.video_ids import address

LINES_PER_PAGE = 100
MEDIA_TYPES = {
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".wav": "audio/wav",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".flac": "audio/flac",
    ".webm": "audio/webm",
    ".mp4": "video/mp4",
}
"""By file extension: the media type for the browser's player. Any other file is only downloaded."""


def outcome(request: HttpRequest, transcription: Transcription) -> dict[str, Any]:
    """For console/content/transcription/transcript.html; `lines` is the page asked for by ?lines=."""
    recording = Recording.objects.filter(pk=transcription.pk).first()
    segments = Segment.objects.filter(transcription=transcription).defer("heard")
    lines = _lines(transcription, request.GET.get("lines", "1"))
    return {
        "recording": recording,
        "player_url": job_status.address(transcription, "recording") if recording else "",
        "is_video": bool(recording) and extension_of(transcription) == ".mp4",
        "video_url": address(transcription.video_id) if transcription.video_id else "",
        "segments": segments,
        "waiting": segments.filter(heard__isnull=True).count(),
        "doubtful": segments.filter(doubtful=True).count(),
        "lines": lines,
        "subtitles": [
            (name.upper(), job_status.address(transcription, name)) for name in ("srt", "vtt") if lines.paginator.count
        ],
        **_made_by(transcription),
        "source_url": job_status.address(transcription, "source"),
        "may_make_source": request.user.has_perm(ADD_SOURCE),
        "minutes_url": job_status.address(transcription, "minutes") if request.user.has_perm(CHANGE_ITEM) else "",
    }


def media_type(transcription: Transcription, recording: Recording) -> str:
    name = recording.filename if recording.file else transcription.filename
    return MEDIA_TYPES.get(f".{name.rpartition('.')[2].lower()}", "application/octet-stream")


def has_recording(transcription: Transcription) -> bool:
    return not is_imported(transcription) and Recording.objects.filter(pk=transcription.pk).exists()


def _lines(transcription: Transcription, number: str) -> Page[Line]:
    return Paginator(Line.objects.filter(transcription=transcription), LINES_PER_PAGE).get_page(number)


def _made_by(transcription: Transcription) -> dict[str, Any]:
    """Who transcribed and who formatted, as the newest results of these stages note. Index: stage_result_newest."""
    kind = primary_kind(Transcription._meta.label)
    results = StageResult.objects.filter(kind=kind, subject_id=transcription.pk, stage__in=("transcribe", "format"))
    newest = dict(results.order_by("stage", "-id").distinct("stage").values_list("stage", "figures"))
    heard, formatted = newest.get("transcribe") or {}, newest.get("format") or {}
    return {
        "transcribed_by": heard.get("model", ""),
        "silent_lines": heard.get("silent_lines", 0),
        "formatted_by": {"rules": formatted.get("provider") == RULES, "model": formatted.get("model", "")},
    }
