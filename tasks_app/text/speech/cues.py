"""Cues: what was said from when to when."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

LONG_PAUSE_MS = 2_000
"""A pause at least this long begins a new paragraph."""

FULL_PARAGRAPH = 250
"""Characters after which the next end of a sentence ends the paragraph."""

_SENTENCE_END = re.compile(r"[。．.！？!?]$")
_WORD_END = re.compile(r"[\w.,;:!?)'\"]$", re.ASCII)
_WORD_START = re.compile(r"[\w('\"]", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Cue:
    """Times in milliseconds; `doubtful` where the recogniser seems to have repeated itself."""

    start: int
    end: int
    text: str
    doubtful: bool = False


def within(cues: Iterable[Cue], length: int) -> list[Cue]:
    """The cues of one segment of so many milliseconds, in order, blank ones left out.

    Recognisers give times beyond the end of what they were given, and times that run backwards: they are clamped,
    the words stay.
    """
    found: list[Cue] = []
    earliest = 0
    for cue in cues:
        if not (text := one_line(cue.text)):
            continue
        start = min(max(cue.start, earliest), length)
        end = min(max(cue.end, start), length)
        found.append(replace(cue, start=start, end=end, text=text))
        earliest = end
    return found


def one_line(text: str) -> str:
    """The lines of a cue put together; no space comes between Japanese characters."""
    pieces = [""]
    for line in text.splitlines():
        words = " ".join(line.split())
        pieces += (_gap(pieces[-1], words), words) if words else ()
    return "".join(pieces)


def moved(cues: Iterable[Cue], offset: int) -> Iterator[Cue]:
    """The cues of a segment that begins at `offset` of the whole."""
    for cue in cues:
        yield replace(cue, start=cue.start + offset, end=cue.end + offset)


def lines(cues: Iterable[Cue]) -> str:
    """One line per cue."""
    return "\n".join(cue.text for cue in cues)


def paragraphs(cues: Sequence[Cue]) -> str:
    """The cues as flowing text, a new line where the speaker paused or had said much. Only spaces are added."""
    result: list[str] = []
    for number, cue in enumerate(cues):
        before = cues[number - 1] if number else None
        if before is None or cue.start - before.end >= LONG_PAUSE_MS or _is_full(result[-1]):
            result.append(cue.text)
        else:
            result[-1] += _gap(result[-1], cue.text) + cue.text
    return "\n".join(result)


def _is_full(paragraph: str) -> bool:
    return len(paragraph) >= FULL_PARAGRAPH and bool(_SENTENCE_END.search(paragraph))


def _gap(before: str, after: str) -> str:
    """A space between words of letters; none within Japanese."""
    return " " if _WORD_END.search(before) and _WORD_START.match(after) else ""
