"""What speech servers answer: one segment without usable times never costs the words of a recording."""

from math import isfinite
from typing import Any

from tasks_app.text.speech.cues import Cue


def has_words(answer: Any) -> bool:
    """Whether the JSON of a response is that of a transcript, were it an empty one."""
    return isinstance(answer, dict) and (
        isinstance(answer.get("text"), str) or isinstance(answer.get("segments"), list)
    )


def cues(answer: dict[str, Any], milliseconds: int) -> tuple[Cue, ...]:
    """Of audio of that length. A start that is missing is the end before it, an end the next start.

    One cue over all of it where the server gives no segments.
    """
    listed = answer.get("segments")
    segments = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    if not any(_text(segment.get("text")) for segment in segments):
        segments = [{"text": answer.get("text")}]
    starts = [_milliseconds(segment.get("start")) for segment in segments]
    found: list[Cue] = []
    earliest = 0
    for number, segment in enumerate(segments):
        start = earliest if (begun := starts[number]) is None else begun
        following = next((later for later in starts[number + 1 :] if later is not None), milliseconds)
        end = _milliseconds(segment.get("end"))
        earliest = max(start, following if end is None else end)
        if text := _text(segment.get("text")):
            found.append(
                Cue(
                    start=start,
                    end=earliest,
                    text=text,
                    speaker=_text(segment.get("speaker")),
                    no_speech=_number(segment.get("no_speech_prob")),
                    log_probability=_number(segment.get("avg_logprob")),
                )
            )
    return tuple(found)


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _milliseconds(value: Any) -> int | None:
    """Of seconds; those before the beginning are the beginning."""
    seconds = _number(value)
    return None if seconds is None else max(round(seconds * 1000), 0)


def _number(value: Any) -> float | None:
    """Numbers in words too; None for anything else."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if isfinite(number) and abs(number) <= MAX_NUMBER else None


MAX_NUMBER = 1e6
"""No piece of audio lasts so many seconds; a number beyond it is none."""
