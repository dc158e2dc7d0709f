"""Getting the sound of a video, in a process that may be ended at any moment."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from django.conf import settings

from tasks_app.registry import StageContext
from tasks_app.sandbox import process
from tasks_app.sandbox.resource_limits import ResourceLimits
from tasks_app.stages.transcript.recording_messages import error_message

NETWORK = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE")
"""Of this process's environment: how the way out of this network leads."""

WALL_SECONDS = 1800
"""Longest download of a video: what is left of the soft limit of the queue must do for the transcript."""

MIB = 1024**2


@dataclass(frozen=True, kw_only=True)
class Download:
    path: Path
    title: str


def download(video_id: str, folder: Path, context: StageContext) -> Download:
    """Into `folder`. Raises PermanentError or TransientError with a code of `refusals`."""
    request = {
        "video_id": video_id,
        "folder": str(folder),
        "loopback": settings.DOWNLOAD_LOOPBACK_URL,
        "max_bytes": settings.MEDIA_MAX_BYTES,
        "max_seconds": settings.MEDIA_MAX_SECONDS,
        "parent": os.getpid(),
        "allowance": asdict(
            ResourceLimits(
                memory_bytes=0,
                cpu_seconds=WALL_SECONDS,
                wall_seconds=WALL_SECONDS,
                file_bytes=settings.MEDIA_MAX_BYTES,
            )
        ),
    }
    outcome = _outcome(request, context)
    if "file" not in outcome:
        raise error_message(
            outcome.get("code", "download_failed"),
            limit_mb=settings.MEDIA_MAX_BYTES // 1024**2,
            limit_minutes=settings.MEDIA_MAX_SECONDS // 60,
        )
    return Download(path=Path(outcome["file"]), title=outcome["title"])


def _outcome(request: Mapping[str, Any], context: StageContext) -> dict[str, Any]:
    command = (sys.executable, "-m", "tasks_app.providers.fetching.download_process", json.dumps(request))
    environment = {name: os.environ[name] for name in NETWORK if name in os.environ} | {"YTDLP_NO_PLUGINS": "1"}
    with NamedTemporaryFile() as output, Path(output.name).open("rb") as told:
        report = _Report(told, context)
        try:
            process.run(
                command,
                wall_seconds=WALL_SECONDS,
                check=report.look,
                output=output.file,
                environment=environment,
            )
        except TimeoutError:
            raise error_message("video_site_away") from None
        report.look()
    return report.outcome


class _Report:
    """What the process reports line by line: its progress, and in the end its outcome."""

    def __init__(self, told: IO[bytes], context: StageContext) -> None:
        self.told = told
        self.work = context
        self.rest = b""
        self.outcome: dict[str, Any] = {}

    def look(self) -> None:
        """Take in the whole lines since the last look; the end of one may still be on its way."""
        *lines, self.rest = (self.rest + self.told.read()).split(b"\n")
        for line in map(json.loads, lines):
            if "total" in line:
                self.work.progress(line["done"] // MIB, max(line["total"] // MIB, 1))
            else:
                self.outcome = line
        self.work.check()
