"""The frame of a confined process that works on a stranger's file in a folder: `python -m MODULE FOLDER`.

The folder holds the file, what is asked about it, and in the end what is made of it. The answer goes to stdout as JSON.
"""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from tasks_app.sandbox.file_access import leave_files
from tasks_app.sandbox.resource_limits import ResourceLimits, confine, leave_network
from tasks_app.text.extraction.common.result import Unreadable

REQUEST, INPUT, OUTPUT = "request.json", "input", "output"
"""Names in the folder: what is asked, the stranger's file if there is one, and the file that is made of it."""

Work = Callable[[Path, Mapping[str, Any]], Any]
"""Given the folder and the request; what it returns is JSON. Raises Unreadable."""


def main(work: Work) -> None:
    """Confine this process, do the work, and write {"result"} or {"code", "details"}."""
    sys.excepthook = _unforeseen
    folder = Path(sys.argv[1])
    written = json.loads((folder / REQUEST).read_text("utf-8"))
    confine(ResourceLimits(**written["allowed"]), written["parent"])
    leave_network()
    leave_files(writable=[folder])
    try:
        answer = {"result": work(folder, written["request"])}
    except Unreadable as refusal:
        answer = {"code": refusal.code, "details": dict(refusal.details)}
    except MemoryError:
        answer = {"code": "too_much_memory", "details": {}}
    json.dump(answer, sys.stdout, ensure_ascii=False)


def _unforeseen(kind: type[BaseException], _error: BaseException, _trace: TracebackType | None) -> None:
    """A damaged file can make a library fail in any way: its type is reported, its message (maybe text) is not."""
    json.dump({"code": "unreadable", "details": {"error": kind.__name__}}, sys.stdout)
