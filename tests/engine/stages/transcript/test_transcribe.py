"""From segments to a text: every word once, in order, at its time; and what happens when the server misbehaves."""

import subprocess
import wave
from array import array
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tasks_app.errors import SERVER_SAID, JobError, PermanentError, Release, TransientError
from tasks_app.models import Line, ProviderState, Segment, Transcription
from tasks_app.stages.transcript.cut import cut
from tasks_app.stages.transcript.fetch_recording import fetch
from tasks_app.stages.transcript.stitch import stitch
from tasks_app.stages.transcript.transcribe import transcribe
from tests.engine.providers import speech_server
from tests.engine.providers.scripted_endpoint import ScriptedEndpoint
from tests.engine.providers.speech_server import OPENAI, PLAIN, WHISPER_CPP, root, words
from tests.engine.stages.fake_stage_context import FakeStageContext
from tests.engine.stages.transcript.conftest import Uploaded
from tests.support import tones

pytestmark = pytest.mark.django_db
STAGE = transcribe()
COUNT = 20


@pytest.fixture
def stage_context(uploaded: Uploaded, settings: Settings) -> FakeStageContext:
    """A recording of twenty words in segments of at most five seconds."""
    settings.SEGMENT_SECONDS = 5
    settings.WHISPER_CONCURRENCY = 2
    found = FakeStageContext(uploaded(tones.wav(tones.speech(COUNT)), "a.wav"))
    found.carry_out(fetch())
    found.carry_out(cut())
    return FakeStageContext(found.subject)


def transcript(stage_context: FakeStageContext) -> str:
    stage_context.carry_out(STAGE)
    stage_context.carry_out(stitch())
    stage_context.subject.document.refresh_from_db()
    return str(stage_context.subject.document.text)


ALL = "".join(tones.name(number) for number in range(COUNT))


def failure(stage_context: FakeStageContext) -> JobError:
    with pytest.raises(JobError) as refusal:
        stage_context.carry_out(STAGE)
    assert refusal.value.message_id % refusal.value.details
    return refusal.value


def test_no_word_is_lost_or_doubled_and_times_run_on(stage_context: FakeStageContext, server: ScriptedEndpoint) -> None:
    assert transcript(stage_context).replace("\n", "") == ALL
    lines = list(Line.objects.all())
    for number, line in enumerate(lines):
        assert abs(line.start - 1000 * number) <= 20
        assert abs(line.end - line.start - tones.WORD_MS) <= 30
    assert len(server.asked) == Segment.objects.count()
    assert stage_context.reports[-1] == (20, 20)


def test_segments_are_sent_side_by_side_within_the_cap(
    stage_context: FakeStageContext, server: ScriptedEndpoint, settings: Settings
) -> None:
    settings.WHISPER_CONCURRENCY = 3
    settings.PROVIDER_CONCURRENCY = 1
    server.hold(OPENAI)
    stage_context.on_check = lambda count: server.let_go(OPENAI) if server.most_at_once == 3 else None
    stage_context.carry_out(STAGE)
    assert server.most_at_once == 3


def test_what_openai_is_sent(stage_context: FakeStageContext, server: ScriptedEndpoint, settings: Settings) -> None:
    settings.WHISPER_API_KEY = "secret"
    settings.WHISPER_PROMPT = "みどりの丘"
    stage_context.carry_out(STAGE)
    asked = server.asked[0]
    assert asked.call == OPENAI
    assert {name: value for name, value in asked.body.items() if name != "words"} == {
        "model": "whisper",
        "language": "ja",
        "prompt": "みどりの丘",
        "temperature": "0.0",
        "response_format": "verbose_json",
        "timestamp_granularities[]": "segment",
    }
    assert asked.headers["authorization"] == "Bearer secret"


@pytest.mark.parametrize(("api", "call"), [("whisper_cpp", WHISPER_CPP), ("plain", PLAIN)])
def test_the_other_apis(
    stage_context: FakeStageContext, server: ScriptedEndpoint, settings: Settings, api: str, call: str
) -> None:
    settings.WHISPER_SERVER_URL = f"{root(server)}/"
    settings.WHISPER_API = api
    settings.WHISPER_MODEL = ""
    assert transcript(stage_context).replace("\n", "") == ALL
    assert {asked.call for asked in server.asked} == {call}
    timed = api == "whisper_cpp"
    lines = [(line.start, line.end) for line in Line.objects.all()]
    if timed:
        assert len(lines) == COUNT
    else:
        assert lines == [(segment.start, segment.end) for segment in Segment.objects.all() if segment.heard]


def test_a_model_that_gives_no_times_is_asked_without(
    stage_context: FakeStageContext, server: ScriptedEndpoint, settings: Settings
) -> None:
    server.offers_schema = False
    settings.WHISPER_MODEL = "without times"
    settings.WHISPER_CONCURRENCY = 1
    assert transcript(stage_context).replace("\n", "") == ALL
    assert len(server.asked) == Segment.objects.count() + 1, "one question too many, and only once"


def test_times_beyond_the_segment_are_clamped_and_no_word_dropped(
    stage_context: FakeStageContext, server: ScriptedEndpoint
) -> None:
    server.always(OPENAI, {"do": "answer", "late": 4.0})
    assert transcript(stage_context).replace("\n", "") == ALL
    lines = list(Line.objects.all())
    assert all(one.start <= one.end <= other.start for one, other in pairwise(lines))
    assert lines[-1].end <= COUNT * 1000


def test_a_cascade_is_asked_again_without_context_and_then_marked(
    stage_context: FakeStageContext, server: ScriptedEndpoint, settings: Settings
) -> None:
    settings.WHISPER_PROMPT = "みどりの丘"
    settings.WHISPER_CONCURRENCY = 1
    cascade = {"do": "answer", "text": "はい。" * 20}
    server.command(OPENAI, cascade, {"do": "answer"}, cascade, cascade)
    figures = stage_context.carry_out(STAGE)
    assert figures["doubtful_segments"] == 1
    assert "prompt" not in server.asked[1].body
    assert server.asked[1].body["temperature"] == "0.4"
    assert server.asked[1].body["words"] == server.asked[0].body["words"]
    assert list(Segment.objects.filter(doubtful=True).values_list("position", flat=True)) == [1]
    stage_context.carry_out(stitch())
    assert Line.objects.filter(doubtful=True).count() == 1


def test_finished_segments_are_not_sent_again(
    stage_context: FakeStageContext, server: ScriptedEndpoint, settings: Settings
) -> None:
    settings.WHISPER_CONCURRENCY = 1
    server.command(OPENAI, {"do": "answer"}, {"do": "answer"}, {"do": "fail", "status": 500})
    assert isinstance(failure(stage_context), TransientError)
    server.command(OPENAI, {"do": "fail", "status": 500})
    assert isinstance(failure(stage_context), TransientError)
    assert transcript(stage_context).replace("\n", "") == ALL
    asked = [words(one) for one in server.asked]
    assert {piece: asked.count(piece) for piece in asked} == {
        piece: 3 if number == 2 else 1 for number, piece in enumerate(dict.fromkeys(asked))
    }


MISBEHAVIOUR: list[tuple[dict[str, Any], type[JobError], str]] = [
    ({"do": "html"}, TransientError, "provider_wrong_answer"),
    ({"do": "wrong_json"}, TransientError, "provider_wrong_answer"),
    ({"do": "fail", "status": 413}, PermanentError, "provider_audio_too_large"),
    ({"do": "fail", "status": 401}, PermanentError, "provider_key_refused"),
    ({"do": "fail", "status": 404}, PermanentError, "provider_not_found"),
    ({"do": "fail", "status": 500}, TransientError, "provider_failed"),
    ({"do": "limit", "seconds": 77}, Release, "provider_limiting"),
    ({"do": "drip"}, TransientError, "provider_timeout"),
    ({"do": "drop"}, TransientError, "provider_connection_lost"),
    ({"do": "redirect", "to": "http://127.0.0.1:9/"}, PermanentError, "provider_moved"),
]


@pytest.mark.parametrize(("command", "kind", "code"), MISBEHAVIOUR, ids=[entry[2] for entry in MISBEHAVIOUR])
def test_each_misbehaviour_has_its_own_ending(
    stage_context: FakeStageContext,
    server: ScriptedEndpoint,
    settings: Settings,
    command: dict[str, Any],
    kind: type[JobError],
    code: str,
) -> None:
    settings.WHISPER_TIMEOUT_SECONDS = 0.5
    server.always(OPENAI, command)
    error = failure(stage_context)
    assert (type(error), error.code) == (kind, code)
    if isinstance(error, Release):
        assert error.delay == 77
    assert ProviderState.objects.get(provider="speech").error_code == code


def test_a_server_that_hangs_is_given_up(
    stage_context: FakeStageContext, server: ScriptedEndpoint, settings: Settings
) -> None:
    settings.WHISPER_TIMEOUT_SECONDS = 0.5
    server.hold(OPENAI)
    assert failure(stage_context).code == "provider_timeout"


def test_a_server_that_is_away_releases_the_job(
    stage_context: FakeStageContext, server: ScriptedEndpoint, settings: Settings
) -> None:
    settings.WHISPER_SERVER_URL = "http://127.0.0.1:9/v1"
    assert isinstance(failure(stage_context), Release)
    assert ProviderState.objects.get(provider="speech").unreachable_since is not None


def test_silence_is_no_transcript(uploaded: Uploaded, server: ScriptedEndpoint) -> None:
    stage_context = FakeStageContext(uploaded(tones.wav(tones.silence(3000)), "a.wav"))
    for stage in (fetch(), cut(), STAGE):
        stage_context.carry_out(stage)
    with pytest.raises(PermanentError) as refusal:
        stage_context.carry_out(stitch())
    assert refusal.value.code == "nothing_heard"


def test_without_a_server_the_segments_wait_for_one(stage_context: FakeStageContext, settings: Settings) -> None:
    assert failure(stage_context).code == "no_speech_server"
    files = [segment.file.name for segment in Segment.objects.all()]
    with speech_server.speech_server() as server:
        settings.WHISPER_SERVER_URL, settings.WHISPER_MODEL = server.url, "whisper"
        assert transcript(stage_context).replace("\n", "") == ALL
    assert [segment.file.name for segment in Segment.objects.all()] == files


def test_settings_that_do_not_fit_are_told(stage_context: FakeStageContext, settings: Settings) -> None:
    settings.WHISPER_SERVER_URL = "http://127.0.0.1:9/v1"
    assert failure(stage_context).code == "speech_server_unfit"


def test_a_segment_whose_file_is_gone(stage_context: FakeStageContext, server: ScriptedEndpoint) -> None:
    segment = Segment.objects.all()[0]
    segment.file.storage.delete(str(segment.file.name))
    assert failure(stage_context).code == "file_missing"


def test_the_key_follows_all_that_matters(
    stage_context: FakeStageContext, server: ScriptedEndpoint, settings: Settings
) -> None:
    keys = [STAGE.inputs(stage_context)]
    for name, value in (
        ("WHISPER_MODEL", "another"),
        ("WHISPER_LANGUAGE", "en"),
        ("WHISPER_PROMPT", "言葉"),
        ("WHISPER_API", "plain"),
        ("WHISPER_SERVER_URL", ""),
    ):
        if name == "WHISPER_SERVER_URL":
            settings.WHISPER_MODEL = ""
        setattr(settings, name, value)
        keys.append(STAGE.inputs(stage_context))
    assert all(one != other for number, one in enumerate(keys) for other in keys[:number])


SRT = "1\n00:00:01,000 --> 00:00:02,000\n本日の会議を\n開きます。\n\n"
SRT += "2\n00:00:05,000 --> 00:00:06,500\n<i>議題</i>です。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16", "iso2022_jp"])
@pytest.mark.parametrize("suffix", [".srt", ".vtt"])
def test_subtitles_are_taken_with_their_times(uploaded: Uploaded, encoding: str, suffix: str) -> None:
    content = SRT if suffix == ".srt" else "WEBVTT\n\n" + SRT.replace(",", ".")
    stage_context = FakeStageContext(uploaded(content.encode(encoding), f"字幕{suffix}"))
    assert [stage_context.carry_out(stage) for stage in (fetch(), cut(), STAGE)] == [{}, {}, {}]
    assert stage_context.carry_out(stitch()) == {"lines": 2, "characters": 17}
    rows = Line.objects.values_list("start", "end", "text")
    assert list(rows) == [(1000, 2000, "本日の会議を開きます。"), (5000, 6500, "議題です。")]


def test_a_plain_text_has_no_times(uploaded: Uploaded) -> None:
    stage_context = FakeStageContext(uploaded("本日の会議を開きます。".encode("cp932"), "起こし.txt"))
    stage_context.carry_out(stitch())
    stage_context.subject.document.refresh_from_db()
    assert stage_context.subject.document.text == "本日の会議を開きます。"
    assert not Line.objects.exists()


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.srt", "no_cues"),
        ("字幕ではありません".encode(), "a.srt", "no_cues"),
        (b"WEBVTT\n", "a.vtt", "no_cues"),
        (bytes(range(256)) * 20, "a.vtt", "not_text"),
        (" \n　".encode(), "a.txt", "no_text"),
    ],
)
def test_what_holds_no_transcript_is_refused(uploaded: Uploaded, content: bytes, name: str, code: str) -> None:
    with pytest.raises(PermanentError) as refusal:
        FakeStageContext(uploaded(content, name)).carry_out(stitch())
    assert refusal.value.code == code


def test_a_transcription_needs_a_file_or_a_video(uploaded: Uploaded) -> None:
    transcription: Transcription = uploaded(b"a", "a.txt")
    assert transcription.input_digest() == transcription.content_digest != ""


# Servers that answer otherwise, and recordings that are not as they should be.


@pytest.mark.parametrize(
    ("segments", "times"),
    [
        ([{"start": 0, "end": None, "text": "一"}, {"start": 2.5, "end": 3, "text": "二"}], [(0, 2500), (2500, 3000)]),
        ([{"start": -0.02, "end": 1, "text": "一"}], [(0, 1000)]),
        ([{"start": "0.5", "end": "1.25", "text": "一"}], [(500, 1250)]),
        ([{"text": "一"}, {"start": float("nan"), "end": "?", "text": "二"}], [(0, 4000), (4000, 4000)]),
        ([None, "?", {"start": 1, "end": 2, "text": "一"}, {"start": 1, "end": 2, "text": None}], [(1000, 2000)]),
        ([{"start": 3, "end": 1, "text": "一"}], [(3000, 3000)]),
    ],
)
def test_one_odd_segment_costs_no_recording(
    uploaded: Uploaded, server: ScriptedEndpoint, segments: list[Any], times: list[tuple[int, int]]
) -> None:
    context = cut_up(uploaded(tones.wav(tones.speech(4)), "a.wav"))
    server.always(OPENAI, {"do": "answer", "segments": segments})
    context.carry_out(STAGE)
    context.carry_out(stitch())
    assert list(Line.objects.values_list("start", "end")) == times


def cut_up(transcription: Transcription) -> FakeStageContext:
    context = FakeStageContext(transcription)
    context.carry_out(fetch())
    context.carry_out(cut())
    return context


def test_what_is_heard_in_silence_is_left_out_or_marked(uploaded: Uploaded, server: ScriptedEndpoint) -> None:
    context = cut_up(uploaded(tones.wav(tones.speech(2) + tones.silence(8000)), "a.wav"))
    said = [
        {
            "start": 0,
            "end": 1,
            "text": "議題です。",
            "no_speech_prob": 0.01,
            "avg_logprob": -0.2,
            "speaker": "甲",
        },
        {"start": 1, "end": 2, "text": "ありがとうございました。", "no_speech_prob": 0.7, "avg_logprob": -0.3},
        {"start": 2, "end": 4, "text": "ご視聴ありがとうございました。", "no_speech_prob": 0.96},
        {"start": 4, "end": 6, "text": "ご視聴ありがとうございました"},
        {"start": 6, "end": 8, "text": "わからない言葉", "no_speech_prob": 0.9, "avg_logprob": -1.4},
        {"start": 8, "end": 10, "text": "不確かな言葉", "avg_logprob": -1.4},
    ]
    server.always(OPENAI, {"do": "answer", "segments": said})
    assert context.carry_out(STAGE)["silent_lines"] == 3
    context.carry_out(stitch())
    assert list(Line.objects.values_list("text", "doubtful", "speaker", "no_speech", "log_probability")) == [
        ("議題です。", False, "甲", 0.01, -0.2),
        ("ありがとうございました。", True, "", 0.7, -0.3),
        ("不確かな言葉", True, "", None, -1.4),
    ]
    context.subject.document.refresh_from_db()
    assert context.subject.document.text.startswith("甲：議題です。\n")


def test_options_that_a_server_refuses_are_left_out(
    stage_context: FakeStageContext, server: ScriptedEndpoint, settings: Settings
) -> None:
    settings.WHISPER_CONCURRENCY = 1
    server.refuses = {"temperature": 422}
    assert transcript(stage_context)
    assert "temperature" not in server.asked[-1].body
    assert len(server.asked) == Segment.objects.count() + 2


def test_what_a_speech_server_says_is_kept_for_operators(
    stage_context: FakeStageContext, server: ScriptedEndpoint
) -> None:
    server.always(OPENAI, {"do": "send", "body": {"error": {"message": "model is not loaded"}}})
    assert failure(stage_context).details[SERVER_SAID] == "model is not loaded"
    server.always(OPENAI, {"do": "send", "body": {"detail": "no decoder"}, "status": 503})
    assert failure(stage_context).details[SERVER_SAID] == "no decoder"


def stereo(left: Sequence[int], right: Sequence[int], folder: Path) -> bytes:
    pairs = array("h", (sample for pair in zip(left, right, strict=True) for sample in pair))
    file = folder / "stereo.wav"
    with wave.open(str(file), "wb") as writer:
        writer.setnchannels(2)
        writer.setsampwidth(2)
        writer.setframerate(tones.RATE)
        writer.writeframes(pairs.tobytes())
    return file.read_bytes()


def test_channels_that_cancel_each_other_out_are_heard(
    uploaded: Uploaded, server: ScriptedEndpoint, tmp_path: Path
) -> None:
    said = tones.speech(3)
    for right in ([-sample for sample in said], said, tones.silence(3000)):
        context = cut_up(uploaded(stereo(said, right, tmp_path), "a.wav"))
        assert transcript(context).replace("\n", "") == "語00語01語02"


def test_sound_that_begins_late_keeps_its_times(uploaded: Uploaded, server: ScriptedEndpoint, tmp_path: Path) -> None:
    film = tmp_path / "a.mp4"
    picture = ("-f", "lavfi", "-i", "color=black:s=16x16:r=5:d=6")
    sound = tmp_path / "sound.wav"
    sound.write_bytes(tones.wav(tones.speech(3)))
    command = ("ffmpeg", "-loglevel", "error", "-y", *picture, "-itsoffset", "2.5", "-i", str(sound))
    subprocess.run((*command, "-map", "0:v", "-map", "1:a", "-c:v", "mpeg4", "-c:a", "aac", str(film)), check=True)
    assert transcript(cut_up(uploaded(film.read_bytes(), "a.mp4")))
    assert [
        abs(line.start - start) < 60 for line, start in zip(Line.objects.all(), (2500, 3500, 4500), strict=True)
    ] == ([True] * 3)
