"""Where to cut a recording, so that no cut goes through a word if the recording has any pause at all."""

from collections.abc import Iterator, Sequence

RATE = 16_000
"""Samples per second, one channel: what recognisers work on."""

FRAME = RATE // 50
"""Samples whose loudness is measured as one: 20 ms."""

PAUSE = 15
"""Frames that have to be quiet together: 300 ms, longer than the pauses within a word."""


def pieces(samples: Sequence[int], longest: int) -> Iterator[tuple[int, int]]:
    """[start, end) of each piece in samples: at most `longest`, none missing, none twice.

    Each piece ends in the middle of the quietest 300 ms of its second half; of equally quiet ones in the last.
    """
    start = 0
    while len(samples) - start > longest:
        end = _quietest(samples, start + longest // 2, start + longest)
        yield start, end
        start = end
    if start < len(samples):
        yield start, len(samples)


def _quietest(samples: Sequence[int], first: int, last: int) -> int:
    frames = [_loudness(samples[at : at + FRAME]) for at in range(first, last - FRAME + 1, FRAME)]
    if len(frames) <= PAUSE:
        return last
    loudness = sum(frames[:PAUSE])
    least, place = loudness, 0
    for at in range(1, len(frames) - PAUSE + 1):
        loudness += frames[at + PAUSE - 1] - frames[at - 1]
        if loudness <= least:
            least, place = loudness, at
    return first + place * FRAME + PAUSE * FRAME // 2


def _loudness(frame: Sequence[int]) -> int:
    return sum(map(abs, frame))
