"""The process that judges an uploaded template: see `tasks_app.text.extraction.common.confined`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tasks_app.text.decks.pptx import layouts, package
from tasks_app.text.extraction.common import confined
from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits


def judge(folder: Path, request: Mapping[str, Any]) -> None:
    """The request: suffix of the file's name, limits, unpacked (bytes). Raises Unreadable for what makes no deck."""
    path = folder / confined.INPUT
    package.inspect(path, request["suffix"], ExtractionLimits(**request["limits"]), request["unpacked"])
    layouts.choices(package.opened(path.read_bytes()))


if __name__ == "__main__":
    confined.main(judge)
