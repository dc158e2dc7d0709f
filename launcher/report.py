"""What came out of the samples, for people and for programs."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

HEADINGS = ("kind", "title", "state", "seconds", "attempts", "what came out")


def read(path: Path) -> dict[str, Any]:
    """The report that `manage.py watch_jobs` wrote; one without jobs where it did not get that far."""
    try:
        report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"jobs": [], "ok": False}
    return report


def table(jobs: Sequence[Mapping[str, Any]]) -> str:
    """Columns aligned as a terminal shows them, where most Japanese characters are two cells wide."""
    rows = [HEADINGS, *(_row(job) for job in jobs)]
    widths = [max(_cells(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(cell + " " * (width - _cells(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _row(job: Mapping[str, Any]) -> tuple[str, ...]:
    outputs = ", ".join(f"{name} {value}" for name, value in job["outputs"].items())
    seconds = "" if job["seconds"] is None else f"{job['seconds']:.1f}"
    return (
        job["kind"],
        job["title"],
        job["state"],
        seconds,
        str(job["attempts"]),
        job["error"] or outputs,
    )


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
