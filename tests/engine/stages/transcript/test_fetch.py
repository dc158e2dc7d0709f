"""Getting the recording: from YouTube, or as it was uploaded."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from pytest_django.fixtures import Settings

from tasks_app.errors import Cancelled, JobError, PermanentError, TransientError
from tasks_app.models import Recording, Transcription
from tasks_app.stages.transcript.downloading import download
from tasks_app.stages.transcript.fetch_recording import fetch
from tests.engine.providers.fetching.video_site import VIDEO, VideoSite
from tests.engine.stages.fake_stage_context import FakeStageContext
from tests.engine.stages.transcript.conftest import Uploaded
from tests.support import tones

pytestmark = pytest.mark.django_db
STAGE = fetch()
SOUND = tones.wav(tones.speech(3))


def refused(transcription: Transcription) -> JobError:
    with pytest.raises(JobError) as refusal:
        FakeStageContext(transcription).carry_out(STAGE)
    assert refusal.value.message_id % refusal.value.details
    return refusal.value


def test_a_video_is_downloaded_once_and_kept(video: Transcription, site: VideoSite) -> None:
    site.add(SOUND)
    context = FakeStageContext(video)
    assert context.carry_out(STAGE) == {"seconds_of_audio": 3}
    recording = Recording.objects.get()
    assert (recording.title, recording.milliseconds) == ("説明会", 3000)
    assert Path(recording.file.path).read_bytes() == SOUND
    FakeStageContext(video, kept=context.kept).carry_out(STAGE)
    assert site.downloads == 1
    assert Recording.objects.get().file.storage.exists(str(recording.file.name))


def test_a_download_whose_file_is_gone_is_made_again(video: Transcription, site: VideoSite) -> None:
    site.add(SOUND)
    context = FakeStageContext(video)
    context.carry_out(STAGE)
    default_storage.delete(str(Recording.objects.get().file.name))
    FakeStageContext(video, kept=context.kept).carry_out(STAGE)
    assert site.downloads == 2


SAID_BY_YT_DLP = {
    "Private video. Sign in if you've been granted access to this video": "video_private",
    "Video unavailable. This video has been removed by the uploader": "video_removed",
    "Video unavailable. This video is no longer available because the account has been terminated.": "video_removed",
    "Join this channel to get access to members-only content like this video": "video_members_only",
    "This live event will begin in 3 hours.": "video_live",
    "Premieres in 2 days": "video_live",
    "Sign in to confirm you’re not a bot. Use --cookies for the authentication.": "video_bot_check",
    "Sign in to confirm your age. This video may be inappropriate for some users.": "video_age",
    "The uploader has not made this video available in your country": "video_not_here",
    "Something nobody has seen before": "download_failed",
}


@pytest.mark.parametrize(("message", "code"), SAID_BY_YT_DLP.items(), ids=SAID_BY_YT_DLP.values())
def test_what_yt_dlp_reports_is_told_in_words_of_ours(
    video: Transcription, site: VideoSite, message: str, code: str
) -> None:
    site.videos[VIDEO] = {"error": message}
    failure = refused(video)
    assert failure.code == code
    assert message not in str(failure)
    assert site.downloads == 0


def test_a_video_that_does_not_exist(video: Transcription, site: VideoSite) -> None:
    assert refused(video).code == "video_removed"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"duration": 7201}, "recording_too_long"),
        ({"sound": {"filesize": 10**9}}, "video_too_large"),
        ({"live_status": "is_live"}, "video_live"),
        ({"formats": []}, "video_without_sound"),
        ({"id": "anotherOne1"}, "video_removed"),
    ],
)
def test_what_cannot_be_used_is_refused_before_the_download(
    video: Transcription, site: VideoSite, settings: Settings, facts: dict[str, Any], code: str
) -> None:
    settings.MEDIA_MAX_BYTES = 10**8
    site.add(SOUND, **facts)
    assert refused(video).code == code
    assert site.downloads == 0


def test_media_larger_than_announced_is_given_up(video: Transcription, site: VideoSite, settings: Settings) -> None:
    settings.MEDIA_MAX_BYTES = len(SOUND) - 1
    site.add(SOUND)
    assert refused(video).code == "video_too_large"


def test_a_full_disk_is_told_and_tried_again(video: Transcription, site: VideoSite, tmp_path: Path) -> None:
    site.add(SOUND)
    (tmp_path / "recording.wav.part").symlink_to("/dev/full")
    with pytest.raises(TransientError) as refusal:
        download(VIDEO, tmp_path, FakeStageContext(video))
    assert refusal.value.code == "disk_full"


def test_a_cancelled_job_ends_the_download(video: Transcription, site: VideoSite) -> None:
    site.add(SOUND)
    site.drips = True

    def cancel(count: int) -> None:
        if site.downloads:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        FakeStageContext(video, on_check=cancel).carry_out(STAGE)


def test_progress_is_told_while_it_comes(video: Transcription, site: VideoSite) -> None:
    site.add(SOUND)
    site.drips = True
    context = FakeStageContext(video)
    context.on_check = lambda count: cancel() if context.reports else None
    with pytest.raises(Cancelled):
        context.carry_out(STAGE)
    done, total = context.reports[0]
    assert 0 <= done < total == 1024


def cancel() -> None:
    raise Cancelled("enough")


def test_a_site_that_is_away(video: Transcription, settings: Settings) -> None:
    settings.DOWNLOAD_LOOPBACK_URL = "http://127.0.0.1:9"
    assert refused(video).code == "video_site_away"


@pytest.mark.parametrize("suffix", [".mp3", ".m4a", ".ogg", ".flac", ".webm", ".mp4"])
def test_every_kind_of_recording_is_accepted(uploaded: Uploaded, tmp_path: Path, suffix: str) -> None:
    content = tones.encoded(tones.speech(3), tmp_path / f"a{suffix}")
    figures = FakeStageContext(uploaded(content, f"録音{suffix.upper()}")).carry_out(STAGE)
    assert figures["seconds_of_audio"] == 3
    assert not Recording.objects.get().file


def test_a_video_without_sound(uploaded: Uploaded, tmp_path: Path) -> None:
    options = ("-f", "lavfi", "-i", "color=size=64x64:duration=1", "-map", "1:v")
    content = tones.encoded(tones.silence(100), tmp_path / "a.mp4", *options)
    assert refused(uploaded(content, "a.mp4")).code == "no_sound"


@pytest.mark.parametrize(
    "content",
    [
        "これは文章です。\n".encode() * 50,
        b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        bytes(5000),
    ],
    ids=["text", "playlist of addresses", "list of files", "nothing but zeros"],
)
def test_what_is_no_recording_is_refused_whatever_its_name(uploaded: Uploaded, content: bytes) -> None:
    failure = refused(uploaded(content, "a.mp3"))
    assert (failure.code, failure.details) == ("no_recording", {"extension": ".mp3"})


def test_a_list_of_other_files_opens_none_of_them(uploaded: Uploaded, tmp_path: Path) -> None:
    secret = tmp_path / "secret.mp3"
    tones.encoded(tones.speech(3), secret)
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{secret}\n#EXT-X-ENDLIST\n"
    assert refused(uploaded(playlist.encode(), "a.mp3")).code == "no_recording"


def test_a_file_above_the_limit_is_refused_at_once(uploaded: Uploaded, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_MAX_SECONDS = 120
    content = tones.encoded(tones.silence(121 * 1000), tmp_path / "a.flac")
    failure = refused(uploaded(content, "a.flac"))
    assert (failure.code, failure.details) == ("recording_too_long", {"limit_minutes": 2})
    assert isinstance(failure, PermanentError)


def test_without_ffmpeg_staff_are_told(uploaded: Uploaded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refused(uploaded(SOUND, "a.wav")).code == "ffmpeg_missing"
