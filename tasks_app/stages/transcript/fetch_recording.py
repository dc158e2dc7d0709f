"""The stage that gets hold of the recording: the upload itself, or the sound of a video."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from tasks_app.models import Recording, Transcription
from tasks_app.models.content.base.stored_file import file_digest, stored_name
from tasks_app.registry import Skipped, Stage, StageContext, StageFacts
from tasks_app.stages.documents.local_copy import copied
from tasks_app.stages.transcript import media
from tasks_app.stages.transcript.downloading import download

IMPORTS = (".srt", ".vtt", ".txt")
IMPORTED = Skipped(reason=_("The transcript was imported; there is no recording."))

KEPT = "download"
"""The part that names the downloaded file in the storage."""


@dataclass(frozen=True, kw_only=True)
class FetchedRecording:
    """`name` in the storage; empty where the uploaded file is the recording."""

    name: str
    digest: str
    milliseconds: int
    title: str = ""


def extension_of(transcription: Transcription) -> str:
    """With its dot, in lower case; empty for a video."""
    return PurePath(transcription.filename).suffix.lower()


def is_imported(transcription: Transcription) -> bool:
    return extension_of(transcription) in IMPORTS


def fetch() -> Stage:
    return Stage(name="fetch", label=_("Fetch the recording"), inputs=_inputs, run=_run, save=_save)


def _inputs(facts: StageFacts) -> Mapping[str, Any]:
    return {"digest": facts.subject.content_digest}


def _run(context: StageContext) -> FetchedRecording | Skipped:
    transcription: Transcription = context.subject
    if is_imported(transcription):
        return IMPORTED
    if transcription.video_id:
        return _downloaded(transcription, context)
    extension = extension_of(transcription)
    with copied(transcription.file, context, settings.MEDIA_MAX_BYTES) as path:
        return FetchedRecording(
            name="", digest=transcription.content_digest, milliseconds=media.probe(path, extension, context.check)
        )


def _downloaded(transcription: Transcription, context: StageContext) -> FetchedRecording:
    """Kept as a part as soon as it is stored, so that no later attempt asks for it again."""
    storage = Recording._meta.get_field("file").storage
    key = f"{KEPT} {transcription.content_digest}"
    kept = context.parts().get(key)
    if kept and storage.exists(kept["name"]):
        return FetchedRecording(**kept)
    with TemporaryDirectory(prefix="notebookops-") as folder:
        got = download(transcription.video_id, Path(folder), context)
        milliseconds = media.probe(got.path, got.path.suffix, context.check)
        with got.path.open("rb") as content:
            file = File(content)
            digest = file_digest(file)
            name = storage.save(stored_name(Recording(), got.path.name), file)
    title = got.title[: Recording._meta.get_field("title").max_length]
    fetched: dict[str, Any] = {"name": name, "digest": digest, "milliseconds": milliseconds, "title": title}
    context.part(key, fetched)
    return FetchedRecording(**fetched)


def _save(context: StageContext, fetched: FetchedRecording) -> Mapping[str, Any]:
    Recording(
        transcription=context.subject,
        file=fetched.name,
        filename=PurePath(fetched.name).name,
        content_digest=fetched.digest,
        milliseconds=fetched.milliseconds,
        title=fetched.title,
    ).save()
    return {"seconds_of_audio": round(fetched.milliseconds / 1000)}


def digest_of(*facts: object) -> str:
    """A key for a part, from all that it depends on."""
    return sha256(repr(facts).encode()).hexdigest()
