"""ffprobe and ffmpeg, confined: what a file holds, and its sound as recognisers take it."""

import json
import mmap
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
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

IN_TIME = "aresample=async=1:first_pts=0"
"""Fills what is missing before and between packets with silence."""

STEREO = 2
SUM, DIFFERENCE = "pan=mono|c0=0.5*c0+0.5*c1", "pan=mono|c0=0.5*c0-0.5*c1"
CANCELLED = 4
"""The difference of two channels is taken for the sound if it has so many times the power of their sum."""

POWER_STEP = 101
"""One in so many samples is looked at; a prime, so that no pitch falls into step with it."""

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

    What is silent before the sound begins, or between its packets, is filled in, so that times are those of the
    recording. Of two channels that cancel each other out (one of them recorded the wrong way round), the difference
    is taken in place of the sum. Raises PermanentError or TransientError.
    """
    difference = target.with_name(f"{target.name}-difference")
    if _channels(path, check) == STEREO:
        _decode(path, {target: (f"{IN_TIME},{SUM}",), difference: (f"{IN_TIME},{DIFFERENCE}",)}, check)
        if _cancels_out(target, difference):
            difference.replace(target)
        difference.unlink(missing_ok=True)
    else:
        _decode(path, {target: (IN_TIME, "-ac", "1")}, check)
    count = target.stat().st_size // BYTES_PER_SAMPLE if target.exists() else 0
    if not count:
        raise error_message("recording_empty")
    require_fit(count * 1000 // RATE)


def _decode(path: Path, targets: Mapping[Path, Sequence[str]], check: Check) -> None:
    """Each of the targets by a filter and further options."""
    seconds = settings.MEDIA_MAX_SECONDS + 1
    outputs = [
        argument
        for target, (audio_filter, *options) in targets.items()
        for argument in (
            *("-map", "0:a:0", "-t", str(seconds), "-af", audio_filter, *options),
            *("-ar", str(RATE), "-f", "s16le", "-threads", "1", f"file:{target}"),
        )
    ]
    size = (seconds + 1) * RATE * BYTES_PER_SAMPLE
    command = ("ffmpeg", "-nostdin", "-y", *GUARDED, "-i", f"file:{path}", *outputs)
    folders = {target.parent for target in targets}
    status, _output, errors = _run(command, WALL_SECONDS, size, check, readable=[path], writable=[*folders])
    if DISK_FULL in errors:
        raise error_message("disk_full")
    if status == -signal.SIGKILL:
        raise error_message("tool_killed")
    if status or not all(target.exists() for target in targets):
        raise error_message("recording_damaged")


def _channels(path: Path, check: Check) -> int:
    """Of the first sound in the file, 0 where it does not tell."""
    command = ("ffprobe", *GUARDED, "-of", "json", "-select_streams", "a:0", "-show_entries", "stream=channels")
    status, output, _errors = _run((*command, f"file:{path}"), PROBE_SECONDS, ANSWER_BYTES, check, readable=[path])
    streams = json.loads(output or b"{}").get("streams") if status == 0 else None
    return int(streams[0].get("channels", 0)) if streams else 0


def _cancels_out(total: Path, difference: Path) -> bool:
    """Whether the sum of two channels is much quieter than their difference."""
    return _power(total) * CANCELLED < _power(difference)


def _power(path: Path) -> int:
    """Of some of the samples: enough for a comparison."""
    if path.stat().st_size < BYTES_PER_SAMPLE:
        return 0
    with samples(path) as numbers:
        return sum(number * number for number in numbers[::POWER_STEP])


@contextmanager
def samples(path: Path) -> Iterator[memoryview]:
    """The 16-bit numbers of a file that is not empty, without reading them all into memory."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        whole = memoryview(mapped)
        numbers = whole[: len(whole) // BYTES_PER_SAMPLE * BYTES_PER_SAMPLE].cast("h")
        try:
            yield numbers
        finally:
            numbers.release()
            whole.release()


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
