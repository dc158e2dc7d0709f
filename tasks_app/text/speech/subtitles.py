"""Files of subtitles: read by `subtitle_reader`, since they come from strangers, and written by pysubs2."""

from collections.abc import Iterable
from html import escape

from pysubs2 import SSAEvent, SSAFile

from tasks_app.text.japanese.cleaning import readable
from tasks_app.text.japanese.encoding import decode, unreadable_share
from tasks_app.text.speech import subtitle_reader
from tasks_app.text.speech.cues import Cue
from tasks_app.text.speech.subtitle_reader import ReadSubtitles

FORMATS = {".srt": "srt", ".vtt": "vtt"}
MAX_UNREADABLE_SHARE = 0.02
"""Share of characters that no encoding explains, above which the file is no text."""

_MARKS = str.maketrans("<>{}\\", "＜＞｛｝＼")
"""What players or pysubs2 take for marks of style, as wide characters that look the same."""


class NoSubtitles(ValueError):
    """The file holds no text with times; `code` is `not_text`, `no_cues` or `no_times`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def text_of(data: bytes) -> str:
    """Raises NoSubtitles where the bytes are no text."""
    text, _encoding = decode(data)
    if "\0" in text or unreadable_share(text) > MAX_UNREADABLE_SHARE:
        raise NoSubtitles("not_text")
    return readable(text)


def read(data: bytes, extension: str) -> ReadSubtitles:
    """The cues in order of time, without marks of style. Raises NoSubtitles."""
    text = text_of(data)
    is_vtt = extension == ".vtt" or text.startswith("WEBVTT")
    found = subtitle_reader.vtt(text) if is_vtt else subtitle_reader.srt(text)
    if not found.cues:
        raise NoSubtitles("no_times" if found.skipped else "no_cues")
    return found


def write(cues: Iterable[Cue], extension: str) -> str:
    """WebVTT names speakers, SRT cannot.

    Cues that begin when they end are given a millisecond: players drop those that last no time.
    """
    file = SSAFile()
    for cue in cues:
        event = SSAEvent(start=cue.start, end=max(cue.end, cue.start + 1))
        text = cue.text.translate(_MARKS)
        event.plaintext = _spoken(text, cue.speaker.translate(_MARKS)) if extension == ".vtt" else text
        file.append(event)
    return file.to_string(FORMATS[extension])


def _spoken(text: str, speaker: str) -> str:
    said = escape(text, quote=False)
    return f"<v {escape(speaker, quote=False)}>{said}" if speaker else said
