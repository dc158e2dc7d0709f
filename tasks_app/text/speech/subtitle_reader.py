"""Subtitles that somebody made, read line by line: WebVTT by its grammar, SRT as it is found.

Time grows with the length of the text, whatever it holds.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape
from itertools import pairwise

from tasks_app.text.speech.cues import Cue, one_line

ARROW = "-->"
_CLOCK = r"(-)?(?:(\d{1,4}):)?(\d{1,3}):(\d{1,2})(?:[.,:](\d{1,9}))?"
_TIMES = re.compile(rf"\s*{_CLOCK}\s*-->\s*{_CLOCK}(?:\s|\Z)", re.ASCII)

_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]([^<>]*)>")
_READING = re.compile(r"<rt\b[^<>]*>[^<>]*(?:</rt>)?")
_INNER_TIME = re.compile(r"<(?:\d+:)?\d+:\d+[.,]\d+>", re.ASCII)
_TAG = re.compile(r"<[^<>]*>")
_STYLE = re.compile(r"</?(?:b|i|u|s|em|strong)>|</?(?:font|span|c|v|lang)(?:[\s.][^<>]*)?>|\{\\[^{}]*\}", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)

TOUCHING_MS = 500
ROLLING_PAIRS = 3
"""Captions roll where at least so many neighbours, and half of them, repeat a line: or where words have times."""


MAX_DIGITS = 9
"""Of the number of a cue; a longer one is speech."""

MAX_ROLLING_LINES = 10
"""Lines of a caption that may be repeated in the next one."""


@dataclass(frozen=True, kw_only=True)
class ReadSubtitles:
    """`skipped` counts cues whose times cannot be read."""

    cues: list[Cue]
    skipped: int


@dataclass(frozen=True, kw_only=True)
class _Block:
    """A cue as it is written. Without `times` (in milliseconds) it cannot be placed."""

    times: tuple[int, int] | None
    lines: list[str]


def vtt(text: str) -> ReadSubtitles:
    """A cue ends at an empty line; what has no times (NOTE, STYLE, REGION, names of cues) is not spoken."""
    blocks = list(_vtt_blocks(text.split("\n")))
    timed = [block for block in blocks if block.times]
    if _rolls(timed):
        timed = list(_unrolled(timed))
    cues = [cue for block in timed for cue in _voices(block)]
    return _ordered(cues, len(blocks) - sum(block.times is not None for block in blocks))


def srt(text: str) -> ReadSubtitles:
    """A cue ends where the next begins. Its number is the line above its times, where there is one."""
    blocks = list(_srt_blocks(text.split("\n")))
    cues = [_cue(block, "\n".join(block.lines), "", _plain_srt) for block in blocks if block.times]
    return _ordered(cues, sum(block.times is None for block in blocks))


def _vtt_blocks(lines: Sequence[str]) -> Iterator[_Block]:
    block: _Block | None = None
    for line in lines:
        if ARROW in line:
            if block:
                yield block
            block = _Block(times=_times(line), lines=[])
        elif block and line:
            block.lines.append(line)
        elif block:
            yield block
            block = None
    if block:
        yield block


def _srt_blocks(lines: Sequence[str]) -> Iterator[_Block]:
    arrows = [number for number, line in enumerate(lines) if ARROW in line and _begins(lines, number)]
    first = lines[arrows[0] - 1].strip() if arrows and arrows[0] else ""
    numbered_from = int(first) if first.isdecimal() and len(first) <= MAX_DIGITS else None
    for count, (at, following) in enumerate(pairwise([*arrows, None]), start=1):
        assert at is not None
        end = len(lines) if following is None else following
        spoken = list(lines[at + 1 : end])
        expected = None if numbered_from is None else numbered_from + count
        if following is not None and _is_number(spoken, expected):
            spoken.pop()
        yield _Block(times=_times(lines[at]), lines=spoken)


def _begins(lines: Sequence[str], number: int) -> bool:
    """Whether a line with an arrow is meant as times: by its form, or by where it is."""
    above = lines[number - 1].strip() if number else ""
    return not above or above.isdecimal() or bool(_times(lines[number]))


def _is_number(lines: Sequence[str], expected: int | None) -> bool:
    """Whether the line above the next cue's times counts it: after an empty line, or as the next in the order."""
    last = lines[-1].strip() if lines else ""
    if not last.isdecimal() or len(last) > MAX_DIGITS:
        return False
    return int(last) == expected or (len(lines) > 1 and not lines[-2].strip())


def _times(line: str) -> tuple[int, int] | None:
    found = _TIMES.match(line)
    if not found:
        return None
    start, end = _milliseconds(*found.groups()[:5]), _milliseconds(*found.groups()[5:])
    return start, max(start, end)


def _milliseconds(minus: str | None, hours: str | None, minutes: str, seconds: str, fraction: str | None) -> int:
    """Times before the beginning are the beginning."""
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return 0 if minus else whole * 1000 + int((fraction or "0").ljust(3, "0")[:3])


def _voices(block: _Block) -> Iterator[Cue]:
    """One cue for each voice: what stands before the first is nobody's."""
    text = "\n".join(block.lines)
    starts = [(0, 0, ""), *((found.start(), found.end(), found[1]) for found in _VOICE.finditer(text))]
    for (_before, start, speaker), (end, *_rest) in pairwise([*starts, (len(text), 0, "")]):
        yield _cue(block, text[start:end], one_line(unescape(speaker)), _plain_vtt)


def _cue(block: _Block, text: str, speaker: str, plain: Callable[[str], str]) -> Cue:
    assert block.times
    start, end = block.times
    return Cue(start=start, end=end, text=one_line(plain(text)), speaker=speaker)


def _plain_vtt(text: str) -> str:
    return unescape(_TAG.sub("", _READING.sub("", _BREAK.sub("\n", text))))


def _plain_srt(text: str) -> str:
    return _STYLE.sub("", _BREAK.sub("\n", text))


def _rolls(blocks: Sequence[_Block]) -> bool:
    if any(_INNER_TIME.search(line) for block in blocks for line in block.lines):
        return True
    pairs = [(before, after) for before, after in pairwise(blocks) if _touch(before, after) and len(after.lines) > 1]
    repeated = sum(_overlap(_shown(before), _shown(after)) > 0 for before, after in pairs)
    return repeated >= max(ROLLING_PAIRS, len(pairs) / 2)


def _unrolled(blocks: Iterable[_Block]) -> Iterator[_Block]:
    """Each line once, from when it first appears until the last caption that begins with it is gone."""
    kept: _Block | None = None
    before: _Block | None = None
    for block in blocks:
        shown = _shown(block)
        old = _overlap(_shown(before), shown) if before and _touch(before, block) else 0
        before = block
        visible = [line for line in block.lines if _plain_vtt(line).strip()]
        assert block.times
        if shown and old == len(shown) and kept and kept.times:
            kept = replace(kept, times=(kept.times[0], max(kept.times[1], block.times[1])))
            continue
        if kept:
            yield kept
        kept = replace(block, lines=visible[old:])
    if kept:
        yield kept


def _touch(before: _Block, after: _Block) -> bool:
    assert before.times
    assert after.times
    return after.times[0] - before.times[0] >= 0 and after.times[0] - before.times[1] <= TOUCHING_MS


def _shown(block: _Block) -> list[str]:
    return [plain for line in block.lines if (plain := " ".join(_plain_vtt(line).split()))]


def _overlap(before: Sequence[str], after: Sequence[str]) -> int:
    """How many lines at the head of a caption were at the foot of the one before."""
    for count in range(min(len(before), len(after), MAX_ROLLING_LINES), 0, -1):
        if list(before[-count:]) == list(after[:count]):
            return count
    return 0


def _ordered(cues: Iterable[Cue], skipped: int) -> ReadSubtitles:
    said = [cue for cue in cues if cue.text]
    return ReadSubtitles(cues=sorted(said, key=lambda cue: (cue.start, cue.end)), skipped=skipped)
