"""Cutting a recording: all of it, at pauses, in pieces that the server takes."""

import wave
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from pytest_django.fixtures import Settings

from tasks_app.errors import JobError, TransientError
from tasks_app.models import Segment, Transcription
from tasks_app.stages.transcript import media
from tasks_app.stages.transcript.cut import cut
from tasks_app.stages.transcript.fetch_recording import fetch
from tests.engine.stages.fake_stage_context import FakeStageContext
from tests.engine.stages.transcript.conftest import Uploaded
from tests.support import tones

pytestmark = pytest.mark.django_db
STAGE = cut()


@pytest.fixture(autouse=True)
def short(settings: Settings) -> None:
    settings.SEGMENT_SECONDS = 5


def fetched(transcription: Transcription) -> FakeStageContext:
    FakeStageContext(transcription).carry_out(fetch())
    return FakeStageContext(transcription)


def samples(audio: bytes) -> bytes:
    with wave.open(BytesIO(audio)) as reader:
        found: bytes = reader.readframes(reader.getnframes())
        return found


def content(segment: Segment) -> bytes:
    with segment.file.open() as file:
        found: bytes = file.read()
        return found


def test_the_segments_together_are_the_recording_sample_by_sample(uploaded: Uploaded) -> None:
    recording = tones.wav(tones.speech(23, every_ms=700))
    context = fetched(uploaded(recording, "a.wav"))
    figures = context.carry_out(STAGE)
    segments = list(Segment.objects.all())
    assert figures == {"segments": len(segments), "seconds_of_audio": 16}
    assert len(segments) >= 4
    assert b"".join(samples(content(segment)) for segment in segments) == samples(recording)
    ends = [segment.end for segment in segments]
    assert [segment.start for segment in segments] == [0, *ends[:-1]]
    assert max(segment.end - segment.start for segment in segments) <= 5000


def test_no_word_is_cut_through(uploaded: Uploaded) -> None:
    context = fetched(uploaded(tones.wav(tones.speech(40, every_ms=550)), "a.wav"))
    context.carry_out(STAGE)
    heard = [word for segment in Segment.objects.all() for _start, _end, word in tones.heard(content(segment))]
    assert heard == [tones.name(number) for number in range(40)]


def test_pieces_stay_below_what_the_server_takes(uploaded: Uploaded, settings: Settings) -> None:
    context = fetched(uploaded(tones.wav(tones.speech(10)), "a.wav"))
    settings.WHISPER_MAX_BYTES = 70_000
    context.carry_out(STAGE)
    assert max(segment.file.size for segment in Segment.objects.all()) <= 70_000


def test_a_recording_of_no_length(uploaded: Uploaded) -> None:
    with pytest.raises(JobError) as refusal:
        fetched(uploaded(tones.wav(tones.silence(0)), "a.wav")).carry_out(STAGE)
    assert refusal.value.code == "recording_empty"


def test_a_recording_that_is_longer_than_it_says(uploaded: Uploaded, settings: Settings) -> None:
    context = fetched(uploaded(tones.wav(tones.speech(4)), "a.wav"))
    settings.MEDIA_MAX_SECONDS = 3
    with pytest.raises(JobError) as refusal:
        context.carry_out(STAGE)
    assert refusal.value.code == "recording_too_long"


def test_a_full_disk_is_told_and_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(tones.wav(tones.speech(4)))
    target = tmp_path / "samples"
    target.symlink_to("/dev/full")
    with pytest.raises(TransientError) as refusal:
        media.decode(path, target, lambda: None)
    assert refusal.value.code == "disk_full"


def test_segments_stored_before_a_failure_are_not_stored_again(uploaded: Uploaded) -> None:
    context = fetched(uploaded(tones.wav(tones.speech(20)), "a.wav"))
    context.on_check = lambda count: stop() if len(context.kept) == 2 else None
    with pytest.raises(TransientError):
        context.carry_out(STAGE)
    names = {entry["name"] for entry in context.kept.values()}
    context.on_check = lambda count: None
    context.carry_out(STAGE)
    assert names <= set(Segment.objects.values_list("file", flat=True))
    assert len(default_storage.listdir("segments")[1]) == Segment.objects.count()


def stop() -> None:
    raise TransientError("away", "Away.")


@pytest.mark.parametrize("lengths", [(60, 20), (20, 60)])
def test_pieces_that_both_cuts_share_take_their_new_place(
    uploaded: Uploaded, settings: Settings, lengths: tuple[int, int]
) -> None:
    """65 s with three pauses of a second: the last piece is the same, its number is not."""
    pause = tones.silence(1000)
    talk = tones.tone_for(16) + pause + tones.tone_for(16) + pause + tones.tone_for(15) + pause + tones.tone_for(15)
    context = fetched(uploaded(tones.wav(talk), "a.wav"))
    for settings.SEGMENT_SECONDS in lengths:
        context.carry_out(STAGE)
    segments = list(Segment.objects.all())
    assert [segment.position for segment in segments] == list(range(len(segments)))
    assert [segment.start for segment in segments] == [0, *(segment.end for segment in segments[:-1])]


@pytest.mark.django_db(transaction=True)
def test_another_cut_replaces_the_files_and_the_same_one_keeps_them(uploaded: Uploaded, settings: Settings) -> None:
    context = fetched(uploaded(tones.wav(tones.speech(10)), "a.wav"))
    result = STAGE.run(context)
    for _twice in range(2):
        STAGE.save(context, result)
    assert all(segment.file.storage.exists(str(segment.file.name)) for segment in Segment.objects.all())
    settings.SEGMENT_SECONDS = 3
    context.carry_out(STAGE)
    assert sorted(default_storage.listdir("segments")[1]) == sorted(
        name.removeprefix("segments/") for name in Segment.objects.values_list("file", flat=True)
    )
    context.subject.delete()
    assert default_storage.listdir("segments")[1] == []


def test_the_key_follows_recording_and_size(uploaded: Uploaded, settings: Settings) -> None:
    context = fetched(uploaded(tones.wav(tones.speech(2)), "a.wav"))
    keys = [STAGE.inputs(context)]
    settings.SEGMENT_SECONDS = 4
    keys.append(STAGE.inputs(context))
    settings.WHISPER_MAX_BYTES = 50_000
    keys.append(STAGE.inputs(context))
    keys.append(STAGE.inputs(fetched(uploaded(tones.wav(tones.speech(3)), "b.wav"))))
    assert all(one != other for number, one in enumerate(keys) for other in keys[:number])
