"""ffprobe and ffmpeg, confined: what a file holds, and its sound as recognisers take it."""

import json
import shutil
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from django.conf import settings

from tasks_app.sandbox import process
from tasks_app.sandbox.resource_limits import ResourceLimits
from tasks_app.stages.transcript.recording_messages import error_message
from tasks_app.text.speech.cutting import RATE
from tasks_app.text.speech.wav import BYTES_PER_SAMPLE

SUFFIXES = (".mp3", ".m4a", ".wav", ".ogg", ".flac", ".webm", ".mp4")

CONTAINERS = "mp3,aac,mov,mp4,m4a,wav,ogg,flac,matroska,webm"
"""The only formats that are tried: others name further files or addresses to be opened."""

GUARDED = ("-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file", "-format_whitelist", CONTAINERS)
WALL_SECONDS = 900
"""Longest run of ffmpeg, which takes seconds for an hour of sound; far below the soft limit of the queue."""

MEMORY_BYTES = 2 * 1024**3
"""Address space that ffmpeg may use; its libraries and threads alone reserve most of one GiB."""

PROBE_SECONDS = 60
ANSWER_BYTES = 1024**2
DISK_FULL = b"No space left on device"

Check = Callable[[], None]


def missing() -> bool:
    """Whether ffmpeg or ffprobe is not on PATH."""
    return not (shutil.which("ffmpeg") and shutil.which("ffprobe"))


def probe(path: Path, extension: str, check: Check) -> int:
    """The length in milliseconds, 0 where the file does not tell. Raises PermanentError if it has no sound."""
    command = ("ffprobe", *GUARDED, "-of", "json", "-show_entries", "stream=codec_type:format=duration", f"file:{path}")
    status, output, _errors = _run(command, PROBE_SECONDS, ANSWER_BYTES, check, readable=[path])
    answer: dict[str, Any] = json.loads(output or b"{}") if status == 0 else {}
    if not answer.get("streams"):
        raise error_message("no_recording", extension=extension)
    if not any(stream.get("codec_type") == "audio" for stream in answer["streams"]):
        raise error_message("no_sound")
    milliseconds = round(float(answer.get("format", {}).get("duration", 0)) * 1000)
    require_fit(milliseconds)
    return milliseconds


def decode(path: Path, target: Path, check: Check) -> None:
    """The sound of `path` as 16-bit little-endian samples, 16 kHz, one channel, a little more than the limit at most.

    Raises PermanentError or TransientError.
    """
    seconds = settings.MEDIA_MAX_SECONDS + 1
    command = (
        *("ffmpeg", "-nostdin", "-y", *GUARDED, "-i", f"file:{path}", "-map", "0:a:0", "-t", str(seconds)),
        *("-ac", "1", "-ar", str(RATE), "-f", "s16le", "-threads", "1", f"file:{target}"),
    )
    size = (seconds + 1) * RATE * BYTES_PER_SAMPLE
    status, _output, errors = _run(command, WALL_SECONDS, size, check, readable=[path], writable=[target.parent])
    if DISK_FULL in errors:
        raise error_message("disk_full")
    if status == -signal.SIGKILL:
        raise error_message("tool_killed")
    if status or not target.exists():
        raise error_message("recording_damaged")
    samples = target.stat().st_size // BYTES_PER_SAMPLE
    if not samples:
        raise error_message("recording_empty")
    require_fit(samples * 1000 // RATE)


def require_fit(milliseconds: int) -> None:
    """Raises PermanentError where a recording is longer than one job can do."""
    if milliseconds > settings.MEDIA_MAX_SECONDS * 1000:
        raise error_message("recording_too_long", limit_minutes=settings.MEDIA_MAX_SECONDS // 60)


def _run(
    command: Sequence[str],
    seconds: int,
    file_bytes: int,
    check: Check,
    *,
    readable: Sequence[Path],
    writable: Sequence[Path] = (),
) -> tuple[int, bytes, bytes]:
    """Exit status, output, and the start of what it complained about (which may quote the file)."""
    if missing():
        raise error_message("ffmpeg_missing")
    allowed = ResourceLimits(
        memory_bytes=MEMORY_BYTES, cpu_seconds=seconds, wall_seconds=seconds, file_bytes=file_bytes
    )
    with TemporaryFile() as output, TemporaryFile() as errors:
        try:
            confined = process.sandboxed(command, allowed, readable=readable, writable=writable)
            status = process.run(confined, wall_seconds=seconds, check=check, output=output, errors=errors)
        except TimeoutError:
            raise error_message("recording_took_too_long") from None
        if status in (-signal.SIGXCPU, -signal.SIGALRM):
            raise error_message("recording_took_too_long")
        output.seek(0)
        errors.seek(0)
        return status, output.read(ANSWER_BYTES), errors.read(ANSWER_BYTES)
