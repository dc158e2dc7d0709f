"""The program that recognises text in pictures."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class OcrEngine:
    """Tesseract as found: its program and version, and the languages to use, joined by "+".

    `vertical` is empty where none is installed; `dpi` is the resolution at which pages are drawn.
    """

    program: str
    version: str
    languages: str
    vertical: str
    dpi: int
