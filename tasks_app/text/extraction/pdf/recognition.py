"""Text recognition (OCR) of one page of a PDF with Tesseract."""

import os
import subprocess
from dataclasses import dataclass
from functools import partial
from math import sqrt
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2

from tasks_app.sandbox.resource_limits import confine
from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.result import Extracted, Unreadable
from tasks_app.text.extraction.pdf.ocr_engine import OcrEngine
from tasks_app.text.japanese.cleaning import readable

MAX_PIXELS = 40_000_000
"""A page so large that it would have more (A3 has 17 million at 300 dpi) is drawn smaller."""

POINTS_PER_INCH = 72

SURE = 60.0
"""Mean confidence, of 100, below which the page is tried as vertical text too. Printed pages measured 85 to 92 the
right way, 25 to 63 the wrong way."""

MIN_CONFIDENCE = 40.0
"""What is recognised with less confidence is no text: photographs and patterns."""

HORIZONTAL_MODE, VERTICAL_MODE = 3, 5
"""Tesseract's page segmentation modes: automatic, and one block of vertical text."""


@dataclass(frozen=True)
class OcrResult:
    text: str = ""
    confidence: float = 0.0


def recognise(path: Path, page: int, engine: OcrEngine, limits: ExtractionLimits) -> Extracted:
    """The text drawn on `page` (from 1), empty if there is none. Raises Unreadable: damaged, recognition_failed."""
    image = _drawn(path, page, engine.dpi)
    with TemporaryDirectory(dir=path.parent) as folder:  # the parent removes it, should this process be ended
        read = partial(_read, image, Path(folder) / "page", engine, limits)
        best = read(engine.languages, HORIZONTAL_MODE)
        if engine.vertical and best.confidence < SURE:
            best = max(best, read(engine.vertical, VERTICAL_MODE), key=lambda reading: reading.confidence)
    return Extracted(text=best.text if best.confidence >= MIN_CONFIDENCE else "")


def _drawn(path: Path, page: int, dpi: int) -> bytes:
    """The page as a grey picture, in the format PGM."""
    try:
        document = pypdfium2.PdfDocument(path)
        sheet = document[page - 1]
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise Unreadable("damaged") from error
    width, height = sheet.get_size()
    scale = min(dpi / POINTS_PER_INCH, sqrt(MAX_PIXELS / (width * height)))
    picture = sheet.render(scale=scale, grayscale=True)
    pixels = memoryview(picture.buffer).cast("B")
    rows = (
        pixels[start : start + picture.width] for start in range(0, picture.stride * picture.height, picture.stride)
    )
    return b"P5\n%d %d\n255\n" % (picture.width, picture.height) + b"".join(rows)


def _read(
    image: bytes, base: Path, engine: OcrEngine, limits: ExtractionLimits, languages: str, mode: int
) -> OcrResult:
    options = ("-l", languages, "--psm", str(mode), "--dpi", str(engine.dpi), "-c", "preserve_interword_spaces=1")
    done = subprocess.run(
        (engine.program, "stdin", str(base), *options, "txt", "tsv"),
        input=image,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # more threads make one page slower, and others wait
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=partial(confine, limits.process, os.getpid()),
        check=False,
    )
    if done.returncode:
        raise Unreadable("recognition_failed")
    text = base.with_suffix(".txt").read_text("utf-8", "replace")
    return OcrResult(readable(text).replace("\f", "").strip(), _confidence(base.with_suffix(".tsv")))


def _confidence(table: Path) -> float:
    """Mean over the words; Tesseract writes -1 for what is no word."""
    rows = table.read_text("utf-8", "replace").splitlines()[1:]
    found = [float(row.split("\t")[10]) for row in rows]
    words = [confidence for confidence in found if confidence >= 0]
    return sum(words) / len(words) if words else 0.0
