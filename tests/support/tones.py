"""Recordings whose words are tones, so that a test's speech server can hear which were said, and when.

Word n is a tone of its own pitch, the words of a language of 40; between words there is silence.
"""

import math
import subprocess
import wave
from array import array
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path

RATE = 16_000
WORDS = 40
LOWEST, STEP = 400, 50
WORD_MS = 200
LOUD = 9_000
FRAME = RATE // 100
QUIET = 300
"""Mean loudness of 10 ms below which nothing is said; coding leaves some noise."""


def name(number: int) -> str:
    return f"語{number % WORDS:02}"


def speech(count: int, every_ms: int = 1000, first: int = 0) -> "array[int]":
    """Words first, first + 1, …, one at the start of each `every_ms`, samples of 16 bits."""
    silence = array("h", bytes(2 * RATE * (every_ms - WORD_MS) // 1000))
    samples = array("h")
    for number in range(first, first + count):
        samples += _tones[number % WORDS] + silence
    return samples


def tone_for(seconds: int) -> "array[int]":
    """One tone without a pause."""
    return _tones[0] * (seconds * 1000 // WORD_MS)


def silence(milliseconds: int) -> "array[int]":
    return array("h", bytes(2 * RATE * milliseconds // 1000))


def wav(samples: "array[int]") -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes(samples.tobytes())
    return file.getvalue()


def encoded(samples: "array[int]", path: Path, *options: str) -> bytes:
    """The recording as ffmpeg makes it in the format of the path's ending."""
    command = ("ffmpeg", "-nostdin", "-loglevel", "error", "-y", "-f", "wav", "-i", "pipe:", *options, str(path))
    subprocess.run(command, input=wav(samples), check=True)
    return path.read_bytes()


def heard(audio: bytes) -> list[tuple[float, float, str]]:
    """(start, end, word) in seconds of each word in a WAV."""
    with wave.open(BytesIO(audio)) as reader:
        assert (reader.getframerate(), reader.getnchannels(), reader.getsampwidth()) == (RATE, 1, 2)
        samples = array("h", reader.readframes(reader.getnframes()))
    return [(start / RATE, end / RATE, _word(samples[start:end])) for start, end in _bursts(samples)]


def said(words: Iterable[tuple[float, float, str]]) -> str:
    return "".join(word for _start, _end, word in words)


def _bursts(samples: "array[int]") -> Iterator[tuple[int, int]]:
    start = None
    for at in range(0, len(samples), FRAME):
        frame = samples[at : at + FRAME]
        loud = sum(map(abs, frame)) > QUIET * len(frame)
        if loud and start is None:
            start = at
        if not loud and start is not None:
            yield start, at
            start = None
    if start is not None:
        yield start, len(samples)


def _word(samples: "array[int]") -> str:
    """By its pitch: how often the middle of the tone crosses naught."""
    middle = samples[len(samples) // 4 : len(samples) * 3 // 4]
    crossings = sum((one < 0) != (other < 0) for one, other in pairwise(middle))
    pitch = crossings * RATE / (2 * len(middle))
    return name(round((pitch - LOWEST) / STEP))


def _tone(number: int) -> "array[int]":
    pitch = LOWEST + STEP * number
    count = RATE * WORD_MS // 1000
    return array("h", (round(LOUD * math.sin(2 * math.pi * pitch * at / RATE + 0.1)) for at in range(count)))


_tones = [_tone(number) for number in range(WORDS)]
