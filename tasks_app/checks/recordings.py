"""What recordings need: ffmpeg, limits that fit, and videos from nowhere but their site."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, register

from tasks_app.stages.transcript import media

AT_LEAST_ONE = ("MEDIA_MAX_BYTES", "MEDIA_MAX_SECONDS", "SEGMENT_SECONDS", "WHISPER_CONCURRENCY")
MIN_BYTES = 64_000
"""Of WHISPER_MAX_BYTES: two seconds of sound."""


@register("notebookops")
def ffmpeg_installed(**_kwargs: Any) -> list[CheckMessage]:
    if not media.missing():
        return []
    return [
        Info(
            "ffmpeg and ffprobe are not on PATH: recordings cannot be transcribed, only subtitles imported.",
            hint="Install ffmpeg (Debian: apt-get install ffmpeg; macOS: brew install ffmpeg).",
            id="notebookops.I081",
        )
    ]


@register("notebookops")
def recording_limits_fit(**_kwargs: Any) -> list[CheckMessage]:
    faults = [f"{name} is below 1" for name in AT_LEAST_ONE if getattr(settings, name) < 1]
    if settings.WHISPER_MAX_BYTES < MIN_BYTES:
        faults.append(f"WHISPER_MAX_BYTES is below {MIN_BYTES}")
    if settings.WHISPER_TIMEOUT_SECONDS <= 0:
        faults.append("WHISPER_TIMEOUT_SECONDS is not above 0")
    return [
        Error(f"{fault}.", hint="See docs/settings.md for what each number may be.", id="notebookops.E081")
        for fault in faults
    ]


@register("notebookops")
def download_loopback_is_local(**_kwargs: Any) -> list[CheckMessage]:
    if not settings.DOWNLOAD_LOOPBACK_URL or _is_loopback(settings.DOWNLOAD_LOOPBACK_URL):
        return []
    return [
        Error(
            "DOWNLOAD_LOOPBACK_URL is not an address of this machine.",
            hint="Leave it out: it is for tests, which bring their own videos.",
            id="notebookops.E082",
        )
    ]


@register("notebookops", deploy=True)
def no_video_loopback_in_production(**_kwargs: Any) -> list[CheckMessage]:
    if not settings.DOWNLOAD_LOOPBACK_URL:
        return []
    return [
        Error(
            "DOWNLOAD_LOOPBACK_URL is set: no video would come from YouTube.",
            hint="Leave it out: it is for tests.",
            id="notebookops.E083",
        )
    ]


def _is_loopback(url: str) -> bool:
    try:
        return ip_address(urlsplit(url).hostname or "").is_loopback
    except ValueError:
        return False
