"""The downloading process: one JSON request as its argument; lines of JSON on stdout, the last one the outcome.

yt-dlp runs here with every option said: one extractor, no playlist, no configuration, plugins, cookies or cache.
"""

import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from yt_dlp import YoutubeDL
from yt_dlp.extractor.common import InfoExtractor
from yt_dlp.extractor.youtube import YoutubeIE
from yt_dlp.utils import ExtractorError, YoutubeDLError

from tasks_app.sandbox.file_access import NETWORK, leave_files
from tasks_app.sandbox.resource_limits import ResourceLimits, confine
from tasks_app.text.speech.video_ids import address

SILENCE_SECONDS = 20
TRIES = 3
REPORT_SECONDS = 0.5
UNFINISHED = ("is_live", "is_upcoming", "post_live")

CAUSES = (
    ("disk_full", r"\[Errno 28\]|no space left"),
    ("video_too_large", r"\[Errno 27\]|file too large|larger than max-filesize"),
    ("video_age", r"confirm your age|age.restricted"),
    ("video_private", r"private video|video is private"),
    ("video_members_only", r"members.only|join this channel|requires payment|rental"),
    ("video_not_here", r"in your country|in your location|geo.?restrict"),
    ("video_live", r"live event|premieres? |live stream|is_upcoming"),
    ("video_bot_check", r"not a bot|HTTP Error 403|HTTP Error 429|too many requests|rate.?limit"),
    (
        "video_removed",
        r"removed|terminated|no longer available|unavailable|does not exist|been closed|HTTP Error 4\d\d",
    ),
    ("video_without_sound", r"requested format is not available|no video formats"),
    ("video_site_away", r"timed out|connection|resolve|getaddrinfo|unable to download|HTTP Error 5\d\d|urlopen"),
)
"""(code, what yt-dlp's message says), the first that fits; the message itself is not passed on."""


class LoopbackIE(InfoExtractor):  # type: ignore[misc]
    """Replaces YouTube where DOWNLOAD_LOOPBACK_URL is set: `<base>/<id>` describes a video or its error."""

    IE_NAME = "loopback"
    _VALID_URL = YoutubeIE._VALID_URL
    base = ""

    def _real_extract(self, url: str) -> dict[str, Any]:
        found = self._match_id(url)
        answer: dict[str, Any] = self._download_json(f"{self.base}/{found}", found)
        if "error" in answer:
            raise ExtractorError(answer["error"], expected=True)
        return answer


@dataclass
class Log:
    """Keeps what yt-dlp says to itself."""

    said: str = ""

    def debug(self, message: str) -> None:
        self.said += message

    info = warning = error = debug


class DownloadRefused(Exception):
    """`code` says why the video is not downloaded."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def main(request: dict[str, Any]) -> dict[str, Any]:
    """{"file", "title", "seconds"}, or {"code"}."""
    log = Log()
    try:
        return _downloaded(request, log)
    except DownloadRefused as stop:
        return {"code": stop.code}
    except (YoutubeDLError, OSError) as error:
        return {"code": cause(f"{error} {log.said}")}


def cause(message: str) -> str:
    """The code for what yt-dlp said."""
    return next((code for code, pattern in CAUSES if re.search(pattern, message, re.IGNORECASE)), "download_failed")


def _downloaded(request: dict[str, Any], log: Log) -> dict[str, Any]:
    extractor = YoutubeIE()
    if request["loopback"]:
        extractor = LoopbackIE()
        extractor.base = request["loopback"]
    with YoutubeDL(_options(request, log), auto_init=False) as downloader:
        downloader.add_info_extractor(extractor)
        info = downloader.extract_info(address(request["video_id"]), download=False, ie_key=extractor.ie_key())
        _examine(info, request)
        result = downloader.process_ie_result(info, download=True)
    files = [Path(one["filepath"]) for one in result.get("requested_downloads") or () if one.get("filepath")]
    if not files or not files[0].is_file():
        raise DownloadRefused(cause(log.said))
    return {"file": str(files[0]), "title": str(info.get("title") or ""), "seconds": float(info.get("duration") or 0)}


def _examine(info: dict[str, Any], request: dict[str, Any]) -> None:
    """Before anything is downloaded."""
    if info.get("_type", "video") != "video" or info.get("id") != request["video_id"]:
        raise DownloadRefused("video_removed")
    if info.get("live_status") in UNFINISHED or info.get("is_live"):
        raise DownloadRefused("video_live")
    if (info.get("duration") or 0) > request["max_seconds"]:
        raise DownloadRefused("recording_too_long")
    if (info.get("filesize") or info.get("filesize_approx") or 0) > request["max_bytes"]:
        raise DownloadRefused("video_too_large")


def _options(request: dict[str, Any], log: Log) -> dict[str, Any]:
    return {
        "allowed_extractors": ["default"],
        "cachedir": False,
        "continuedl": False,
        "cookiefile": None,
        "cookiesfrombrowser": None,
        "enable_file_urls": False,
        "fixup": "never",
        "format": "bestaudio/best",
        "fragment_retries": TRIES,
        "js_runtimes": {"deno": {}, "node": {}},
        "logger": log,
        "max_filesize": request["max_bytes"],
        "noplaylist": True,
        "noprogress": True,
        "outtmpl": {"default": str(Path(request["folder"]) / "recording.%(ext)s")},
        "progress_hooks": [Reporter()],
        "quiet": True,
        "restrictfilenames": True,
        "retries": TRIES,
        "socket_timeout": SILENCE_SECONDS,
        "updatetime": False,
        "usenetrc": False,
        "writethumbnail": False,
    }


class Reporter:
    """Reports from time to time how much has been downloaded."""

    last = 0.0

    def __call__(self, status: dict[str, Any]) -> None:
        total = status.get("total_bytes") or status.get("total_bytes_estimate")
        if total and monotonic() - self.last > REPORT_SECONDS:
            self.last = monotonic()
            _tell({"done": int(status.get("downloaded_bytes") or 0), "total": int(total)})


def _tell(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    order = json.loads(sys.argv[1])
    confine(ResourceLimits(**order["allowance"]), order["parent"])
    leave_files(readable=[*NETWORK, os.environ.get("SSL_CERT_FILE", NETWORK[0])], writable=[order["folder"]])
    _tell(main(order))
