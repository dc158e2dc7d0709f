"""The stage that has each segment written down, several side by side, each kept as soon as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import PermanentError
from tasks_app.models import Segment
from tasks_app.providers import speech
from tasks_app.providers.endpoint import speech as speech_server
from tasks_app.providers.speech import Heard, Recogniser
from tasks_app.registry import Skipped, Stage, Work
from tasks_app.stages.calls import side_by_side
from tasks_app.stages.copying import storage_failed
from tasks_app.stages.refusals import refusal as file_refusal
from tasks_app.stages.transcript.fetch import IMPORTED, digest_of, is_imported
from tasks_app.stages.transcript.refusals import refusal
from tasks_app.text.speech.cues import Cue, within
from tasks_app.text.speech.repetition import repeats_itself


@dataclass(frozen=True, kw_only=True)
class Written:
    """By position of the segment what a part keeps: "heard" and "doubtful"."""

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
            "speech_server_unfit", _("The settings of the speech server do not fit: %(fault)s."), fault=str(error)
        ) from None
    return speech.configured(endpoint) if endpoint else None


def _inputs(work: Work) -> Mapping[str, Any]:
    if is_imported(work.subject):
        return {"imported": work.subject.content_digest}
    found = recogniser()
    digests = Segment.objects.filter(transcription=work.subject).values_list("content_digest", flat=True)
    return {"segments": digest_of(list(digests)), "recogniser": found.facts if found else None}


def _run(work: Work) -> Written | Skipped:
    if is_imported(work.subject):
        return IMPORTED
    found = recogniser()
    if found is None:
        raise refusal("no_speech_server")
    segments = list(Segment.objects.filter(transcription=work.subject))
    return _Transcriber(work, found).write_down(segments)


class _Transcriber:
    """The calls of one attempt. What earlier ones had finished is not asked for again."""

    def __init__(self, work: Work, found: Recogniser) -> None:
        self.work = work
        self.recogniser = found
        self.kept = work.parts()
        self.calls = 0
        self.seconds = 0.0

    def write_down(self, segments: Sequence[Segment]) -> Written:
        keys = {self._key(segment): segment for segment in segments}
        done = {key: self.kept[key] for key in keys if key in self.kept}
        missing = {key: segment for key, segment in keys.items() if key not in done}
        self._report(keys, done)
        calls = {key: partial(self._heard, segment) for key, segment in missing.items()}
        for key, (heard, doubtful) in side_by_side(
            self.work, self.recogniser.endpoint, calls, settings.WHISPER_CONCURRENCY
        ):
            self.calls += 1
            self.seconds += heard.seconds
            done[key] = {"heard": _cues(heard, keys[key]), "doubtful": doubtful}
            self.work.part(key, done[key])
            self._report(keys, done)
        return Written(
            by_position={segment.position: done[key] for key, segment in keys.items()},
            recogniser=self.recogniser,
            calls=self.calls,
            seconds=self.seconds,
        )

    def _heard(self, segment: Segment) -> tuple[Heard, bool]:
        """In a thread. What repeats itself is asked for once more, and if it still does, marked."""
        audio, length = _audio(segment), segment.end - segment.start
        heard = self.recogniser.hear(audio, length)
        if not repeats_itself(heard.text):
            return heard, False
        again = self.recogniser.hear_again(audio, length)
        return again, repeats_itself(again.text)

    def _key(self, segment: Segment) -> str:
        return digest_of(segment.content_digest, segment.start, sorted(self.recogniser.facts.items()))

    def _report(self, keys: Mapping[str, Segment], done: Mapping[str, Any]) -> None:
        """In seconds of audio."""
        ready = sum(keys[key].end - keys[key].start for key in done)
        self.work.progress(ready // 1000, max(segment.end for segment in keys.values()) // 1000)


def _audio(segment: Segment) -> bytes:
    try:
        with segment.file.open("rb") as file:
            content: bytes = file.read()
            return content
    except FileNotFoundError as error:
        raise file_refusal("file_missing") from error
    except OSError as error:
        raise storage_failed() from error


def _cues(heard: Heard, segment: Segment) -> list[tuple[int, int, str]]:
    return [(cue.start, cue.end, cue.text) for cue in within(heard.cues, segment.end - segment.start)]


def _save(work: Work, written: Written) -> Mapping[str, Any]:
    rows = list(Segment.objects.filter(transcription=work.subject))
    for segment in rows:
        segment.heard = written.by_position[segment.position]["heard"]
        segment.doubtful = written.by_position[segment.position]["doubtful"]
    Segment.objects.bulk_update(rows, ["heard", "doubtful"], batch_size=500)
    return {
        "segments": len(rows),
        "doubtful_segments": sum(segment.doubtful for segment in rows),
        "calls": written.calls,
        "call_seconds": round(written.seconds, 1),
        "provider": written.recogniser.api,
        "model": written.recogniser.endpoint.model,
    }


def cues_of(segment: Segment) -> list[Cue]:
    """What was heard in a segment, from its own start."""
    return [Cue(start=start, end=end, text=text, doubtful=segment.doubtful) for start, end, text in segment.heard or ()]
