"""The kind `transcription`: what was said in a video or a recording becomes text with times."""

from collections.abc import Mapping
from importlib.resources import files

from django.core.files.base import ContentFile
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from tasks_app.models import Document, Line, Notebook, Recording, Segment, Transcription
from tasks_app.queues import TRANSCRIPTION as QUEUE
from tasks_app.registry import JobRequest, JobType, register
from tasks_app.stages.common.document_figures import CALL_FIGURE_LABELS
from tasks_app.stages.transcript.cut import cut
from tasks_app.stages.transcript.fetch_recording import fetch
from tasks_app.stages.transcript.format_transcript import format_transcript
from tasks_app.stages.transcript.stitch import stitch
from tasks_app.stages.transcript.transcribe import transcribe

SAMPLES = files("tasks_app.samples")
SAMPLE = ("みどりの丘地区 まちづくり説明会（字幕の取り込み）", "midorinooka-setsumeikai.srt")
"""(title, file); the town and its people are invented."""


def outputs(transcription: Transcription) -> Mapping[str, int | str]:
    """Segments and seconds of audio only of what has a recording; lines only of what has times."""
    characters, formatted = Document.objects.values_list(Length("text"), Length("formatted_text")).get(
        pk=transcription.document_id
    )
    recording = Recording.objects.filter(pk=transcription.pk).first()
    own = {
        "lines": Line.objects.filter(transcription=transcription).count(),
        "segments": Segment.objects.filter(transcription=transcription).count(),
        "seconds_of_audio": recording.milliseconds // 1000 if recording else 0,
    }
    own = {name: value for name, value in own.items() if value}
    return {"characters": characters, "formatted_characters": formatted, **own}


def samples(notebook: Notebook) -> list[Transcription]:
    """One imported file of subtitles, stored and not enqueued."""
    title, name = SAMPLE
    transcription = Transcription(
        notebook=notebook, title=title, file=ContentFile((SAMPLES / name).read_bytes(), name=name)
    )
    transcription.save()
    return [transcription]


TRANSCRIPTION: JobType = register(
    JobType(
        kind="transcription",
        label=_("Transcription"),
        subject="tasks_app.Transcription",
        queue=QUEUE,
        stages=(fetch(), cut(), transcribe(), stitch(), format_transcript()),
        outputs=outputs,
        samples=samples,
        figure_labels={
            **CALL_FIGURE_LABELS,
            "characters": _("characters"),
            "doubtful_segments": _("segments to review"),
            "formatted_characters": _("characters formatted"),
            "lines": _("lines"),
            "pieces": _("text pieces"),
            "seconds_of_audio": _("recording length"),
            "segments": _("segments"),
            "silent_lines": _("lines left out as silence"),
            "skipped_cues": _("cues skipped: unreadable times"),
        },
        requests=(JobRequest(),),
        primary=True,
    )
)
