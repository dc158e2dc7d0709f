"""Plain text files."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tasks_app.text.extraction.common import titles
from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.omissions import OmissionKind, OmissionLog
from tasks_app.text.extraction.common.result import Extracted, Unreadable
from tasks_app.text.japanese.cleaning import readable, unknown_characters
from tasks_app.text.japanese.encoding import SAMPLE, decode, unreadable_share
from tasks_app.text.japanese.plausibility import NONSENSE, plausibility

MAX_BYTES_PER_CHARACTER = 8
"""ISO-2022-JP at its worst: an escape of three bytes before, one after, two for the character."""

STRAY_SHARE = 0.01
"""A text file may hold some stray bytes; with more it is something else."""


def read(path: Path, limits: ExtractionLimits) -> Extracted:
    """Raises Unreadable: not_text, unknown_encoding, too_many_characters."""
    extracted = decoded(path, limits, decode)
    return replace(extracted, title=titles.of_first_line(extracted.text))


def decoded(path: Path, limits: ExtractionLimits, decoder: Callable[[bytes], tuple[str, str]]) -> Extracted:
    """As `read`; `decoder` returns the text and the name of its encoding."""
    if path.stat().st_size > MAX_BYTES_PER_CHARACTER * limits.characters:
        raise Unreadable("too_many_characters", limit=limits.characters)
    text, encoding = decoder(path.read_bytes())
    if unreadable_share(text) > STRAY_SHARE:
        raise Unreadable("not_text")
    if not encoding.startswith("utf") and plausibility(text[:SAMPLE]) < NONSENSE:
        raise Unreadable("unknown_encoding")
    text = readable(text)
    log = OmissionLog()
    log.add(OmissionKind.UNKNOWN_CHARACTERS, unknown_characters(text))
    return Extracted(text=text, encoding=encoding, omissions=log.entries())
