"""The stage that cuts the recording into segments small enough for the speech server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from tasks_app.models import Recording, Segment, Transcription
from tasks_app.models.content.base.stored_file import stored_name
from tasks_app.registry import Skipped, Stage, StageContext, StageFacts
from tasks_app.stages.documents.local_copy import copied
from tasks_app.stages.transcript import media
from tasks_app.stages.transcript.fetch_recording import IMPORTED, digest_of, is_imported
from tasks_app.text.speech.cutting import RATE, pieces
from tasks_app.text.speech.wav import milliseconds, samples_within, wav


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A segment in the storage; times in milliseconds of the whole."""

    name: str
    digest: str
    start: int
    end: int


def cut() -> Stage:
    return Stage(name="cut", label=_("Split into segments"), inputs=_inputs, run=_run, save=_save, in_seconds=True)


def _inputs(facts: StageFacts) -> Mapping[str, Any]:
    if is_imported(facts.subject):
        return {"imported": facts.subject.content_digest}
    recording = Recording.objects.get(pk=facts.subject.pk)
    return {"recording": recording.content_digest, "samples": _longest()}


def _longest() -> int:
    """Samples of a segment at most, by its length and by what the server takes; never less than a second."""
    longest: int = min(settings.SEGMENT_SECONDS * RATE, samples_within(settings.WHISPER_MAX_BYTES))
    return max(longest, RATE)


def _run(context: StageContext) -> list[Stored] | Skipped:
    if is_imported(context.subject):
        return IMPORTED
    recording = Recording.objects.get(pk=context.subject.pk)
    with copied(_file(context.subject, recording), context, settings.MEDIA_MAX_BYTES) as path:
        target = Path(path.parent) / "samples"
        media.decode(path, target, context.check)
        path.unlink()
        with media.samples(target) as samples:
            return _stored(samples, recording.content_digest, context)


def _file(transcription: Transcription, recording: Recording) -> "File[bytes]":
    return recording.file or transcription.file


def _stored(samples: memoryview, recording: str, context: StageContext) -> list[Stored]:
    """Each segment kept as a part once it is in the storage."""
    storage = Segment._meta.get_field("file").storage
    kept = context.parts()
    found: list[Stored] = []
    total = milliseconds(len(samples)) // 1000
    for start, end in pieces(samples, _longest()):
        key = digest_of(recording, start, end)
        entry = kept.get(key)
        if entry is None or not storage.exists(entry["name"]):
            content = wav(bytes(samples[start:end]))
            entry = {
                "name": storage.save(stored_name(Segment(), "segment.wav"), ContentFile(content)),
                "digest": sha256(content).hexdigest(),
                "start": milliseconds(start),
                "end": milliseconds(end),
            }
            context.part(key, entry)
        found.append(Stored(**entry))
        context.progress(found[-1].end // 1000, total)
    return found


def _save(context: StageContext, stored: Sequence[Stored]) -> Mapping[str, Any]:
    """Rows that are there for the same files stay, in their new place: removing them would remove the files."""
    names = [one.name for one in stored]
    rows = Segment.objects.filter(transcription=context.subject)
    rows.exclude(file__in=names).delete()
    there = {segment.file.name: segment for segment in rows}
    beyond = max([len(stored), *(segment.position for segment in there.values())]) + 1
    rows.update(position=F("position") + beyond)  # no two are ever in one place
    for position, name in enumerate(names):
        if name in there:
            there[name].position = position
    Segment.objects.bulk_update(there.values(), ["position"])
    Segment.objects.bulk_create(
        Segment(
            transcription=context.subject,
            position=position,
            start=one.start,
            end=one.end,
            file=one.name,
            filename="segment.wav",
            content_digest=one.digest,
        )
        for position, one in enumerate(stored)
        if one.name not in there
    )
    length = stored[-1].end
    Recording.objects.filter(pk=context.subject.pk).update(milliseconds=length)
    return {"segments": len(stored), "seconds_of_audio": length // 1000}
