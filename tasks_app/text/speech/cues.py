"""Cues: what was said from when to when."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tasks_app.text.japanese.sentences import spans

PAUSE_MS, LONG_PAUSE_MS = 700, 2_000
"""A pause at least this long begins a new paragraph: the first after the end of a sentence, the second anywhere."""

FULL_PARAGRAPH, MAX_PARAGRAPH = 250, 600
"""Characters after which a paragraph ends: the first with the next sentence, the second with the next cue."""

_SENTENCE_END = re.compile(r"[。．.！？!?]$")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Tibetan, Burmese, Khmer
    "\u2e80-\u33ff\u3400-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff9f\U00020000-\U0003ffff]"  # Chinese, Japanese
)
"""Characters of scripts that put no space between words; Korean does."""

_OPENING, _CLOSING = "([{“‘«¿¡", ")]},.;:!?”’»%"


@dataclass(frozen=True, kw_only=True)
class Cue:
    """Times in milliseconds; `doubtful` where the recogniser may be wrong; `speaker` where somebody named one.

    `no_speech` is the recogniser's probability that nobody speaks, `log_probability` the mean one of its words; None
    where it gives none.
    """

    start: int
    end: int
    text: str
    speaker: str = ""
    doubtful: bool = False
    no_speech: float | None = None
    log_probability: float | None = None

    def saying(self, text: str) -> "Cue":
        """The same with words that somebody has checked."""
        return replace(self, text=text, doubtful=False)


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
    """The lines of a cue put together, with a space between them where their script has spaces."""
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
    """One line per cue, with the name of the speaker wherever another one begins."""
    return "\n".join(named(cues))


def named(cues: Iterable[Cue]) -> Iterator[str]:
    before = ""
    for cue in cues:
        yield f"{cue.speaker}：{cue.text}" if cue.speaker and cue.speaker != before else cue.text
        before = cue.speaker


def paragraphs(cues: Sequence[Cue]) -> str:
    """The cues as flowing text; only spaces, line ends and names of speakers are added.

    A new line begins with another speaker, after a long pause, at the end of a sentence that a pause follows or that
    fills a paragraph, and wherever a paragraph without a sentence end grows too long.
    """
    result: list[str] = []
    before: Cue | None = None
    for cue in cues:
        pause = cue.start - before.end if before else 0
        turn = bool(cue.speaker) and (before is None or cue.speaker != before.speaker)
        for start, end in spans(cue.text):
            sentence = cue.text[start:end].strip()
            if not result or turn or _ends_before(result[-1], pause):
                result.append(f"{cue.speaker}：{sentence}" if turn else sentence)
            else:
                result[-1] += _gap(result[-1], sentence) + sentence
            pause, turn = 0, False
        before = cue
    return "\n".join(result)


def _ends_before(paragraph: str, pause: int) -> bool:
    """Whether a paragraph is over when a pause of so many milliseconds follows it."""
    if pause >= LONG_PAUSE_MS or len(paragraph) >= MAX_PARAGRAPH:
        return True
    return bool(_SENTENCE_END.search(paragraph)) and (pause >= PAUSE_MS or len(paragraph) >= FULL_PARAGRAPH)


def _gap(before: str, after: str) -> str:
    """A space between words of scripts that separate them; none beside Japanese."""
    if not before or not after or before[-1] in _OPENING or after[0] in _CLOSING:
        return ""
    return "" if _UNSPACED.match(before[-1]) or _UNSPACED.match(after[0]) else " "
