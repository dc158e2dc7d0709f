"""Audio as recognisers take it: 16-bit samples, 16 kHz, one channel, in a WAV."""

import wave
from collections.abc import Sequence
from io import BytesIO

from tasks_app.text.speech.cutting import RATE

BYTES_PER_SAMPLE = 2
HEAD_BYTES = 44


def wav(samples: bytes) -> bytes:
    """`samples` are little-endian 16-bit numbers."""
    file = BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(BYTES_PER_SAMPLE)
        writer.setframerate(RATE)
        writer.writeframes(samples)
    return file.getvalue()


def milliseconds(samples: int) -> int:
    return samples * 1000 // RATE


def samples_within(size: int) -> int:
    """How many samples a file of `size` bytes has room for."""
    return max((size - HEAD_BYTES) // BYTES_PER_SAMPLE, 0)


def samples(audio: bytes) -> Sequence[int]:
    """The 16-bit numbers of what `wav` made."""
    content = memoryview(audio)[HEAD_BYTES:]
    return content[: len(content) // BYTES_PER_SAMPLE * BYTES_PER_SAMPLE].cast("h")
