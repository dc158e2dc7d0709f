"""Having a confined process work on a stranger's file: a Word file to comment, a template to judge or to fill."""

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from django.conf import settings

from tasks_app.errors import PermanentError
from tasks_app.sandbox import process
from tasks_app.sandbox.resource_limits import ResourceLimits
from tasks_app.stages.documents.reader_process import out_of_time, refuse_killed
from tasks_app.text.extraction.common.confined import REQUEST

ANSWER_BYTES = 16 * 1024**2
"""The longest answer that is read: what was noticed about the slides of a deck."""

WRITTEN_BYTES = 4
"""How many times larger than an uploaded file what is made of it may become."""


def _nobody_gives_up() -> None:
    """For callers that wait for the answer themselves."""


@dataclass(frozen=True, kw_only=True)
class ConfinedProcess:
    """`module` is run with `tasks_app.text.extraction.common.confined.main`.

    `error` makes a PermanentError of a code and its details. `check` is called several times a second and may raise to
    give up.
    """

    module: str
    error: Callable[..., PermanentError]
    check: Callable[[], None] = _nobody_gives_up

    def ask(self, folder: Path, request: Mapping[str, Any]) -> Any:
        """What the work returned, with the files it wrote in `folder`.

        Raises a PermanentError of `error`, and TransientError if the system killed the process.
        """
        allowed = _allowed()
        written = {"request": request, "allowed": asdict(allowed), "parent": os.getpid()}
        (folder / REQUEST).write_text(json.dumps(written), "utf-8")
        with TemporaryFile() as output:
            status = self._run(folder, allowed, output)
            output.seek(0)
            return self._result(status, output.read(ANSWER_BYTES))

    def _run(self, folder: Path, allowed: ResourceLimits, output: Any) -> int:
        command = (sys.executable, "-m", self.module, str(folder))
        try:
            return process.run(command, wall_seconds=allowed.wall_seconds, check=self.check, output=output)
        except process.OutOfTime as ended:
            raise out_of_time(ended, allowed.wall_seconds, self.error) from None

    def _result(self, status: int, output: bytes) -> Any:
        refuse_killed(status, self.error)
        try:
            answer = json.loads(output)
        except ValueError:
            raise self.error("unreadable", error=f"exit {status}") from None
        if "code" in answer:
            raise self.error(answer["code"], **answer["details"])
        return answer["result"]


def _allowed() -> ResourceLimits:
    """As for a process that reads a file, but for what it may write."""
    return ResourceLimits(
        memory_bytes=settings.EXTRACTION_MEMORY_BYTES,
        cpu_seconds=settings.EXTRACTION_WALL_SECONDS * 2 // 3,
        wall_seconds=settings.EXTRACTION_WALL_SECONDS,
        file_bytes=WRITTEN_BYTES * settings.UPLOAD_MAX_BYTES,
    )
