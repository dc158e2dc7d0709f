"""Transcriptions: a recording, a transcript made before or a video, and what was said with its times."""

from functools import partial
from typing import Any

from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.reverse import reverse

from tasks_app.api.auth.principals import Principal
from tasks_app.api.resources.file_or_text import checked
from tasks_app.api.resources.resource import Resource, Submission, notebook_field
from tasks_app.models import Line, Transcription
from tasks_app.submission import files, recordings
from tasks_app.text.speech import subtitles

PATH = "transcriptions"
SUBTITLES = {"transcript.srt": "application/x-subrip", "transcript.vtt": "text/vtt"}


class TranscriptionSubmission(Submission):
    """Exactly one of `file` (as multipart/form-data) and `url`, the address of a YouTube video."""

    notebook = notebook_field(Transcription)
    title = serializers.CharField(max_length=255, required=False, allow_blank=True, default="")
    file = serializers.FileField(required=False, allow_empty_file=True)
    url = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")

    def validate_url(self, value: str) -> str:
        """The id of the video."""
        return recordings.video_of(value)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        file, video = attrs.get("file"), attrs["url"]
        if file and video:
            raise ValidationError({"file": [_("Give either a URL or a file, not both.")]})
        if not (file or video):
            raise ValidationError({"url": [_("Enter a video URL or upload a file.")]})
        if file:
            checked("file", recordings.check_recording, file)
        return {**attrs, "title": attrs["title"] or files.title_of(file, "") or f"YouTube {video}"}

    def store(self, principal: Principal, **data: Any) -> Transcription:
        return Transcription.objects.create(
            notebook=data["notebook"],
            title=data["title"],
            file=data.get("file") or "",
            video_id=data["url"],
            created_by=principal.user,
        )


class LineSerializer(serializers.Serializer[Any]):
    """Spoken from `start` to `end`, in milliseconds. `speaker` is empty where nobody named one.

    `doubtful` if the recogniser repeated itself or was unsure: `no_speech` is its probability that nobody speaks,
    `log_probability` the mean one of the words; null where the server gives none.
    """

    start = serializers.IntegerField()
    end = serializers.IntegerField()
    speaker = serializers.CharField()
    text = serializers.CharField()
    doubtful = serializers.BooleanField()
    no_speech = serializers.FloatField(allow_null=True)
    log_probability = serializers.FloatField(allow_null=True)


class TranscriptionResult(serializers.Serializer[Any]):
    """`subtitles` are the URLs of the lines as SRT and WebVTT, empty while there are none."""

    id = serializers.UUIDField(source="pk")
    title = serializers.CharField()
    formatted_text = serializers.CharField(source="document.formatted_text", allow_blank=True)
    lines = LineSerializer(source="lines.all", many=True)
    subtitles = serializers.SerializerMethodField()

    def get_subtitles(self, transcription: Any) -> list[str]:
        if not transcription.lines.exists():
            return []
        return [reverse(f"api:{PATH}-file", args=[transcription.pk, name]) for name in SUBTITLES]


def subtitle_file(name: str, transcription: Any) -> HttpResponseBase:
    cues = [line.cue for line in Line.objects.filter(transcription=transcription)]
    if not cues:
        raise NotFound
    return HttpResponse(
        subtitles.write(cues, f".{name.rpartition('.')[2]}"),
        content_type=f"{SUBTITLES[name]}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


TRANSCRIPTIONS = Resource(
    model=Transcription,
    path=PATH,
    owner=lambda user: Q(notebook__owner=user),
    submission=TranscriptionSubmission,
    result=TranscriptionResult,
    related=("document", "notebook"),
    downloads={name: partial(subtitle_file, name) for name in SUBTITLES},
    takes_files=True,
)
