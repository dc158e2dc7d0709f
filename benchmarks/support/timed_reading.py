"""One file read in a confined process, once to load what that needs and once to see how long it takes."""

from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

from tasks_app.text.extraction.common.confined import INPUT, main
from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.file_formats import read


def _read(folder: Path, wish: Mapping[str, Any]) -> dict[str, Any]:
    limits = ExtractionLimits(**wish["limits"])
    extension = str(wish["extension"])
    read(folder / INPUT, extension, limits)
    started = perf_counter()
    extracted = read(folder / INPUT, extension, limits)
    return {"text": extracted.text, "seconds": perf_counter() - started}


if __name__ == "__main__":
    main(_read)
