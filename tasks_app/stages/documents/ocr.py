"""Text recognition (OCR) of the pages of a PDF that hold no text, one by one, so that a later attempt continues."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from tasks_app.errors import PermanentError
from tasks_app.registry import StageContext
from tasks_app.stages.documents import reader_process
from tasks_app.stages.documents.error_messages import error_message
from tasks_app.text.documents.page_ranges import ranges
from tasks_app.text.extraction.common.result import Extracted
from tasks_app.text.extraction.pdf.ocr_engine import OcrEngine

DPI = 300
"""How finely a page is drawn: Tesseract's documentation asks for at least 300; time and memory grow with its square."""

VERTICAL_LANGUAGE = "jpn_vert"
"""Tried where it is installed, on a page that is not recognised well as horizontal text."""

ANSWERS_WITHIN_SECONDS = 10


def engine() -> OcrEngine | None:
    """Tesseract as it is installed now, if it knows all of OCR_LANGUAGES."""
    program = shutil.which(settings.OCR_PROGRAM) if settings.OCR_PROGRAM else None
    if program is None:
        return None
    known = set(_asked(program, "--list-langs"))
    if not known.issuperset(settings.OCR_LANGUAGES.split("+")):
        return None
    return OcrEngine(
        program=program,
        version=" ".join(_asked(program, "--version")[:2]),
        languages=settings.OCR_LANGUAGES,
        vertical=VERTICAL_LANGUAGE if VERTICAL_LANGUAGE in known else "",
        dpi=DPI,
    )


def complete(path: Path, extracted: Extracted, digest: str, context: StageContext) -> Extracted:
    """The document with what can be recognised on its `unread_pages`, which then are those still unread.

    `digest` is that of the file. Raises PermanentError if most of what the document shows stays unread.
    """
    unread = extracted.unread_pages
    if not unread:
        return extracted
    found = engine()
    if found is None:
        return _judged(extracted, "scanned")
    if len(unread) > settings.OCR_MAX_PAGES:
        raise error_message("too_many_scanned", pages=len(unread), limit=settings.OCR_MAX_PAGES)
    texts = _recognised(path, unread, digest, found, context)
    whole = _judged(_with_texts(extracted, texts), "not_recognised")
    if not whole.text.strip():
        raise error_message("nothing_recognised", pages=ranges(unread))
    return replace(whole, figures={**whole.figures, "pages_recognised": len(texts)})


def _recognised(
    path: Path, pages: Sequence[int], digest: str, found: OcrEngine, context: StageContext
) -> dict[int, str]:
    """By page; those on which recognition failed are missing."""
    allowed = replace(
        reader_process.limits(), wall_seconds=settings.OCR_PAGE_SECONDS, cpu_seconds=settings.OCR_PAGE_SECONDS
    )
    facts = sha256(repr((digest, found)).encode()).hexdigest()
    kept = context.parts()
    texts: dict[int, str] = {}
    for done, page in enumerate(pages):
        context.progress(done, len(pages))
        key = f"{facts} {page}"
        if key not in kept:
            try:
                read = reader_process.recognise(path, page, found, allowed, context.check)
            except PermanentError:
                continue
            context.part(key, read.text)
            texts[page] = read.text
        else:
            texts[page] = kept[key]
    return texts


def _with_texts(extracted: Extracted, texts: dict[int, str]) -> Extracted:
    """On each page the longer of what it holds and what was recognised."""
    pieces: list[str] = []
    pages: list[tuple[int, int, int]] = []
    start = 0
    for number, begin, end in extracted.pages:
        recognised = texts.get(number, "") + "\n"
        piece = max(extracted.text[begin:end], recognised, key=len)
        pieces.append(piece)
        pages.append((number, start, start + len(piece)))
        start += len(piece)
    if start > (limit := reader_process.limits().characters):
        raise error_message("too_many_characters", limit=limit)
    still = [page for page in extracted.unread_pages if page not in texts]
    return replace(extracted, text="".join(pieces), pages=pages, unread_pages=still)


def _judged(extracted: Extracted, code: str) -> Extracted:
    """The document unless most of the pages that show anything are unread."""
    unread = set(extracted.unread_pages)
    read = sum(
        bool(extracted.text[start:end].strip()) for number, start, end in extracted.pages if number not in unread
    )
    if len(unread) > read:
        raise error_message(code, pages=ranges(extracted.unread_pages))
    return extracted


def _asked(program: str, option: str) -> list[str]:
    """The words Tesseract answers with; none if it does not."""
    try:
        answer = subprocess.run(
            (program, option), capture_output=True, text=True, timeout=ANSWERS_WITHIN_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return f"{answer.stdout}\n{answer.stderr}".split()  # which of the two it is depends on its version
