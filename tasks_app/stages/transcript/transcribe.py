"""The stage that has each segment written down, several side by side, each kept as soon as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import PermanentError
from tasks_app.models import Segment
from tasks_app.providers import speech
from tasks_app.providers.endpoint import speech as speech_server
from tasks_app.providers.speech import Recogniser
from tasks_app.registry import Skipped, Stage, StageContext, StageFacts, Usage
from tasks_app.stages.common.resumable_map import PartRequest, ResumableMap
from tasks_app.stages.documents.error_messages import error_message as file_refusal
from tasks_app.stages.documents.local_copy import storage_failed
from tasks_app.stages.transcript.fetch_recording import IMPORTED, digest_of, is_imported
from tasks_app.stages.transcript.recording_messages import error_message
from tasks_app.text.speech.cues import Cue, within
from tasks_app.text.speech.repetition import repeats_itself
from tasks_app.text.speech.silence import Judged, judged
from tasks_app.text.speech.wav import samples


@dataclass(frozen=True, kw_only=True)
class TranscribedSegments:
    """By position of the segment what a part keeps: "heard", "doubtful" and "left_out"."""

    by_position: Mapping[int, Mapping[str, Any]]
    recogniser: Recogniser
    calls: int
    seconds: float


def transcribe() -> Stage:
    return Stage(name="transcribe", label=_("Transcribe"), inputs=_inputs, run=_run, save=_save, in_seconds=True)


def recogniser() -> Recogniser | None:
    """The speech server as configured, if there is one. Raises PermanentError if the settings do not fit."""
    try:
        endpoint = speech_server()
    except ImproperlyConfigured as error:
        raise PermanentError(
            "speech_server_unfit", _("The settings of the speech server conflict: %(fault)s."), fault=str(error)
        ) from None
    return speech.configured(endpoint) if endpoint else None


def _inputs(facts: StageFacts) -> Mapping[str, Any]:
    if is_imported(facts.subject):
        return {"imported": facts.subject.content_digest}
    found = recogniser()
    digests = Segment.objects.filter(transcription=facts.subject).values_list("content_digest", flat=True)
    return {"segments": digest_of(list(digests)), "recogniser": found.facts if found else None}


def _run(context: StageContext) -> TranscribedSegments | Skipped:
    if is_imported(context.subject):
        return IMPORTED
    found = recogniser()
    if found is None:
        raise error_message("no_speech_server")
    segments = list(Segment.objects.filter(transcription=context.subject))
    return _written(context, found, segments)


@dataclass(frozen=True, kw_only=True)
class _Recognised:
    """What was heard in one segment, and whether it keeps repeating itself. `seconds` are those of the last call."""

    heard: Judged
    doubtful: bool
    seconds: float
    usage: Usage = field(default_factory=Usage)


def _written(context: StageContext, found: Recogniser, segments: Sequence[Segment]) -> TranscribedSegments:
    parts = ResumableMap(context, found.endpoint, settings.WHISPER_CONCURRENCY)
    kept = parts.run([_request(found, segment) for segment in segments])
    return TranscribedSegments(
        by_position={segment.position: one for segment, one in zip(segments, kept, strict=True)},
        recogniser=found,
        calls=parts.calls,
        seconds=parts.seconds,
    )


def _request(found: Recogniser, segment: Segment) -> PartRequest[_Recognised]:
    """Progress counts seconds of audio: of the whole recording, so that what is lost by rounding does not add up."""
    return PartRequest(
        facts=[segment.content_digest, found.facts],
        call=partial(_recognised, found, segment),
        keep=lambda made: {
            "heard": [[getattr(cue, name) for name in Segment.HEARD] for cue in made.heard.cues],
            "doubtful": made.doubtful,
            "left_out": made.heard.left_out,
        },
        weight=segment.end // 1000 - segment.start // 1000,
    )


def _recognised(found: Recogniser, segment: Segment) -> _Recognised:
    """What repeats itself is asked for once more, and if it still does, marked."""
    audio, length = _audio(segment), segment.end - segment.start
    heard = found.hear(audio, length)
    if repeats_itself(heard.text):
        heard = found.hear_again(audio, length)
    return _Recognised(
        heard=judged(within(heard.cues, length), samples(audio)),
        doubtful=repeats_itself(heard.text),
        seconds=heard.seconds,
    )


def _audio(segment: Segment) -> bytes:
    try:
        with segment.file.open("rb") as file:
            content: bytes = file.read()
            return content
    except FileNotFoundError as error:
        raise file_refusal("file_missing") from error
    except OSError as error:
        raise storage_failed() from error


def _save(context: StageContext, written: TranscribedSegments) -> Mapping[str, Any]:
    rows = list(Segment.objects.filter(transcription=context.subject))
    for segment in rows:
        segment.heard = written.by_position[segment.position]["heard"]
        segment.doubtful = written.by_position[segment.position]["doubtful"]
    Segment.objects.bulk_update(rows, ["heard", "doubtful"], batch_size=500)
    return {
        "segments": len(rows),
        "doubtful_segments": sum(segment.doubtful for segment in rows),
        "silent_lines": sum(one.get("left_out", 0) for one in written.by_position.values()),
        "calls": written.calls,
        "call_seconds": round(written.seconds, 1),
        "provider": written.recogniser.api,
        "model": written.recogniser.endpoint.model,
    }


def cues_of(segment: Segment) -> list[Cue]:
    """What was heard in a segment, from its own start."""
    cues = [Cue(**dict(zip(Segment.HEARD, entry, strict=False))) for entry in segment.heard or ()]
    return [replace(cue, doubtful=cue.doubtful or segment.doubtful) for cue in cues]
