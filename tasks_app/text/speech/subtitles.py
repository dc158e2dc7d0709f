"""Files of subtitles, read and written by pysubs2."""

from collections.abc import Iterable
from html import escape, unescape

import pysubs2
from pysubs2 import SSAEvent, SSAFile

from tasks_app.text.japanese.cleaning import readable
from tasks_app.text.japanese.encoding import decode, unreadable_share
from tasks_app.text.speech.cues import Cue, one_line

FORMATS = {".srt": "srt", ".vtt": "vtt"}
MAX_UNREADABLE_SHARE = 0.02
"""Share of characters that no encoding explains, above which the file is no text."""

_MARKS = str.maketrans("<>{}\\", "＜＞｛｝＼")
"""What players or pysubs2 take for marks of style, as wide characters that look the same."""


class NoSubtitles(ValueError):
    """The file holds no text with times; `code` is `not_text` or `no_cues`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def text_of(data: bytes) -> str:
    """Raises NoSubtitles where the bytes are no text."""
    text, _encoding = decode(data)
    if "\0" in text or unreadable_share(text) > MAX_UNREADABLE_SHARE:
        raise NoSubtitles("not_text")
    return readable(text)


def read(data: bytes, extension: str) -> list[Cue]:
    """The cues in order of time, without marks of style. Raises NoSubtitles."""
    try:
        events = SSAFile.from_string(text_of(data), format_=FORMATS[extension]).events
    except pysubs2.Pysubs2Error:
        raise NoSubtitles("no_cues") from None
    found = [
        Cue(start=max(event.start, 0), end=max(event.end, event.start, 0), text=_words(event, extension))
        for event in sorted(events, key=lambda event: (event.start, event.end))
        if event.plaintext.strip()
    ]
    if not found:
        raise NoSubtitles("no_cues")
    return found


def write(cues: Iterable[Cue], extension: str) -> str:
    """Cues that begin when they end are given a millisecond: players drop those that last no time."""
    file = SSAFile()
    for cue in cues:
        event = SSAEvent(start=cue.start, end=max(cue.end, cue.start + 1))
        text = cue.text.translate(_MARKS)
        event.plaintext = escape(text, quote=False) if extension == ".vtt" else text
        file.append(event)
    return file.to_string(FORMATS[extension])


def _words(event: SSAEvent, extension: str) -> str:
    text = unescape(event.plaintext) if extension == ".vtt" else event.plaintext
    return one_line(text)
