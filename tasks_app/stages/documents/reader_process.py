"""Reading one file in a process of its own, which a hostile or broken file may bring down without harm."""

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pydantic import TypeAdapter, ValidationError

from tasks_app.errors import JobError, PermanentError, TransientError
from tasks_app.sandbox import process
from tasks_app.stages.documents.error_messages import MESSAGES, error_message
from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.result import Extracted, ReaderResponse
from tasks_app.text.extraction.pdf.ocr_engine import OcrEngine

ARCHIVE_ENTRIES = 5000
ARCHIVE_BYTES = 512 * 1024**2
ARCHIVE_RATIO = 200
"""Most files in a docx, pptx or xlsx, its largest size once unpacked, and how many times larger it may become.

Far above what office programs write, and below what an archive made to do harm needs.
"""

_ANSWER = TypeAdapter(ReaderResponse)

BUSY_SECONDS, BUSY_SHARE = 1.0, 0.25
"""A process that computed for a second and a quarter of its time, and is not done, was not kept from it."""

OUT_OF_MEMORY = (-signal.SIGABRT, -signal.SIGTRAP, -signal.SIGILL)
"""How PDFium ends its process where it gets no more memory."""


def limits() -> ExtractionLimits:
    """As configured. Two thirds of the time may be spent computing: a reader that only computes is caught in a loop."""
    return ExtractionLimits(
        memory_bytes=settings.EXTRACTION_MEMORY_BYTES,
        cpu_seconds=settings.EXTRACTION_WALL_SECONDS * 2 // 3,
        wall_seconds=settings.EXTRACTION_WALL_SECONDS,
        pages=settings.EXTRACTION_MAX_PAGES,
        characters=settings.EXTRACTION_MAX_CHARACTERS,
        cells=settings.EXTRACTION_MAX_CELLS,
        archive_entries=ARCHIVE_ENTRIES,
        archive_bytes=ARCHIVE_BYTES,
        archive_ratio=ARCHIVE_RATIO,
    )


def read(
    path: Path, extension: str, allowed: ExtractionLimits, check: Callable[[], None], charset: str = ""
) -> Extracted:
    """The text of the file at `path`, blank only if all there is to read are its `unread_pages`.

    `charset` is what the server of a web page called its encoding. `check` is called several times a second and may
    raise to give up. Raises PermanentError with a code of
    `refusals.MESSAGES`, TransientError if the system killed the process.
    """
    return _answer({"path": str(path), "extension": extension, "charset": charset}, allowed, check)


def recognise(
    path: Path, page: int, engine: OcrEngine, allowed: ExtractionLimits, check: Callable[[], None]
) -> Extracted:
    """The text drawn on one page of a PDF, empty if there is none; otherwise as `read`."""
    return _answer({"path": str(path), "page": page, "engine": asdict(engine)}, allowed, check)


def refuse_killed(status: int, error: Callable[..., PermanentError]) -> None:
    """Raises `error` where it computed for too long or ran out of memory, TransientError where it was held up.

    It was held up by a machine that gave it no time, or by the system, which killed it.

    `status` is that of a child: minus the number of the signal that ended it.
    """
    if status == -signal.SIGXCPU:
        raise error("took_too_long")
    if status in OUT_OF_MEMORY:
        raise error("too_much_memory")
    if status == -signal.SIGALRM:
        raise starved()
    if status == -signal.SIGKILL:
        raise TransientError(
            "reader_killed", _("The server stopped reading the file, probably because it ran out of memory.")
        )


def out_of_time(ended: process.OutOfTime, wall_seconds: float, error: Callable[..., PermanentError]) -> JobError:
    """Of a process that computed for much of its time the file is at fault: `error`; else the machine."""
    return error("took_too_long") if ended.cpu_seconds > BUSY_SECONDS + BUSY_SHARE * wall_seconds else starved()


def starved() -> TransientError:
    """Time ran out before the processor time did: the machine was busy or stood still; the file is not at fault."""
    return TransientError("reader_starved", _("The server was too busy to read the file in time; it is tried again."))


def _answer(question: Mapping[str, Any], allowed: ExtractionLimits, check: Callable[[], None]) -> Extracted:
    request = json.dumps({**question, "parent": os.getpid(), "limits": asdict(allowed)})
    with TemporaryFile() as output:
        status = _run(request, output, allowed.wall_seconds, check)
        output.seek(0)
        return _extracted(status, output.read(allowed.answer_bytes))


def _run(request: str, output: IO[bytes], wall_seconds: int, check: Callable[[], None]) -> int:
    """The exit status of the reading process."""
    command = (sys.executable, "-m", "tasks_app.text.extraction", request)
    try:  # without its errors: parsers quote the document in their warnings
        return process.run(command, wall_seconds=wall_seconds, check=check, output=output)
    except process.OutOfTime as ended:
        raise out_of_time(ended, wall_seconds, error_message) from None


def _extracted(status: int, output: bytes) -> Extracted:
    """What the process answered, or what its death means."""
    refuse_killed(status, error_message)
    try:
        answer = _ANSWER.validate_json(output)
    except ValidationError:
        raise error_message("unreadable", error=f"exit {status}") from None
    if answer.extracted is not None:
        return answer.extracted
    if answer.code not in MESSAGES:
        raise error_message("unreadable", error=answer.code)
    raise error_message(answer.code, **answer.details)
