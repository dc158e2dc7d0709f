"""The reading process: one JSON request as its argument, one JSON answer on stdout."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from tasks_app.sandbox.file_access import leave_files
from tasks_app.sandbox.resource_limits import confine, leave_network
from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.result import Extracted, ReaderResponse, Unreadable
from tasks_app.text.extraction.file_formats import read
from tasks_app.text.extraction.pdf.ocr_engine import OcrEngine


def main(argument: str) -> None:
    request = json.loads(argument)
    limits = ExtractionLimits(**request["limits"])
    confine(limits.process, request["parent"])
    leave_network()
    leave_files(readable=_programs(request), writable=[Path(request["path"]).parent])
    try:
        answer = ReaderResponse(extracted=_read(request, limits))
    except Unreadable as refusal:
        answer = ReaderResponse(code=refusal.code, details=dict(refusal.details))
    except MemoryError:
        answer = ReaderResponse(code="too_much_memory")
    _write(answer)


def _programs(request: dict[str, Any]) -> list[Path]:
    """The folders of programs that are installed elsewhere than in the system's own."""
    return [Path(request["engine"]["program"]).parent] if "engine" in request else []


def _read(request: dict[str, Any], limits: ExtractionLimits) -> Extracted:
    """The file, or the one page of it that is to be recognised."""
    path = Path(request["path"])
    if "page" not in request:
        return read(path, request["extension"], limits, request["charset"])
    from tasks_app.text.extraction.pdf.recognition import recognise  # takes long to load

    return recognise(path, request["page"], OcrEngine(**request["engine"]), limits)


def _write(answer: ReaderResponse) -> None:
    json.dump(asdict(answer), sys.stdout, ensure_ascii=False)


def _unforeseen(kind: type[BaseException], _error: BaseException, _trace: TracebackType | None) -> None:
    """A damaged file can make a parser fail in any way: its type is reported, its message (maybe text) is not."""
    _write(ReaderResponse(code="unreadable", details={"error": kind.__name__}))


if __name__ == "__main__":
    sys.excepthook = _unforeseen
    main(sys.argv[1])
