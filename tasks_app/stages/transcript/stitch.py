"""The stage that makes one transcript of the segments, or of what was imported."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tasks_app.models import Document, Line, Segment, Transcription
from tasks_app.models.content.correction import corrected
from tasks_app.registry import Stage, StageContext, StageFacts
from tasks_app.stages.documents.local_copy import copied
from tasks_app.stages.transcript.fetch_recording import digest_of, extension_of, is_imported
from tasks_app.stages.transcript.recording_messages import error_message
from tasks_app.stages.transcript.transcribe import cues_of
from tasks_app.text.speech import subtitles
from tasks_app.text.speech.cues import Cue, lines, moved
from tasks_app.text.speech.subtitles import NoSubtitles


@dataclass(frozen=True, kw_only=True)
class Transcript:
    """`cues` is empty for an imported text, which has no times. `skipped` counts cues whose times cannot be read."""

    text: str
    cues: tuple[Cue, ...]
    skipped: int = 0


def stitch() -> Stage:
    return Stage(name="stitch", label=_("Merge"), inputs=_inputs, run=_run, save=_save)


def _inputs(facts: StageFacts) -> Mapping[str, Any]:
    transcription: Transcription = facts.subject
    made = transcription.corrections.values_list("start", "before", "after")
    corrections = {"corrections": digest_of(list(made))} if made else {}
    if is_imported(transcription):
        return {
            "imported": transcription.content_digest,
            "extension": extension_of(transcription),
            **corrections,
        }
    rows = Segment.objects.filter(transcription=transcription).values_list("start", "heard", "doubtful")
    return {"heard": digest_of(list(rows)), **corrections}


def _run(context: StageContext) -> Transcript:
    """What was heard or imported, with the corrections of staff."""
    transcription: Transcription = context.subject
    found = _imported(transcription, context) if is_imported(transcription) else _heard(transcription)
    if not found.cues:
        return found
    cues = tuple(corrected(found.cues, transcription.corrections.all()))
    if not cues:
        raise error_message("no_text")
    return replace(found, text=lines(cues), cues=cues)


def _heard(transcription: Transcription) -> Transcript:
    cues = tuple(
        cue
        for segment in Segment.objects.filter(transcription=transcription)
        for cue in moved(cues_of(segment), segment.start)
    )
    if not cues:
        raise error_message("nothing_heard")
    return Transcript(text=lines(cues), cues=cues)


def _imported(transcription: Transcription, context: StageContext) -> Transcript:
    extension = extension_of(transcription)
    with copied(transcription.file, context, settings.UPLOAD_MAX_BYTES) as path:
        data = path.read_bytes()
    try:
        if extension in subtitles.FORMATS:
            found = subtitles.read(data, extension)
            return Transcript(text=lines(found.cues), cues=tuple(found.cues), skipped=found.skipped)
        text = subtitles.text_of(data)
    except NoSubtitles as error:
        raise error_message(error.code) from None
    if not text.strip():
        raise error_message("no_text")
    return Transcript(text=text, cues=())


def _save(context: StageContext, transcript: Transcript) -> Mapping[str, Any]:
    transcription: Transcription = context.subject
    longest = Line._meta.get_field("speaker").max_length
    Line.objects.filter(transcription=transcription).delete()
    Line.objects.bulk_create(
        (
            Line(
                transcription=transcription,
                position=position,
                start=cue.start,
                end=cue.end,
                speaker=cue.speaker[:longest],
                text=cue.text,
                doubtful=cue.doubtful,
                no_speech=cue.no_speech,
                log_probability=cue.log_probability,
            )
            for position, cue in enumerate(transcript.cues)
        ),
        batch_size=1000,
    )
    Document.objects.filter(pk=transcription.document_id).update(
        text=transcript.text, text_digest=sha256(transcript.text.encode()).hexdigest(), pages=[], headings=[]
    )
    figures = {"lines": len(transcript.cues), "characters": len(transcript.text)}
    return {**figures, "skipped_cues": transcript.skipped} if transcript.skipped else figures
