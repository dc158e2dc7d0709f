"""Who speaks where in the minutes of a meeting.

Only labels at the beginning of a line are looked at, and only those that name a person or an office; where it could
as well be a heading or a list of those present, it is not taken for speech.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from tasks_app.text.minutes.speaker_labels import HONORIFIC, Speaker, speaker

_LINE = re.compile(r"^[ \t　]*(?=[^\s])", re.MULTILINE)
_MARKED = re.compile(
    r"[○〇◯◆◇●◎][ \t　]*(?P<label>"
    r"[一-鿿々]{1,14}(?:[ 　][一-鿿々ぁ-んァ-ヴー]{1,5}){1,2}"
    rf"(?:{HONORIFIC}|委員長|委員|議員|議長|会長)(?=[\s：:])"
    rf"|[0-9０-９]{{1,3}}番[ 　]*[^\s（(：:。、]{{2,10}}(?:{HONORIFIC})(?=[\s：:])"
    r"|[^\s（(：:。、]{0,24}[（(][^）)\n]{1,20}[）)]"
    r"|[^\s（(：:。、]{1,24}(?=[\s：:]))"
)
_HONOURED_BRACKET = re.compile(rf"(?:{HONORIFIC})[ 　]*[）)]$")
_BOXED = re.compile(r"[【〔［\[](?P<label>[^】〕］\]\n]{1,30})[】〕］\]]")
_BRACKETED = re.compile(r"[（(](?P<label>[^（()）\n]{1,30})[）)](?=[\s：:])")
_COLON = re.compile(r"(?P<label>[^\s：:。、「][^\n：:。、「」]{0,40}?)[ \t　]*[：:]")
_SPACED = re.compile(r"(?P<label>[^\s：:。、「]{2,20})(?=[ \t　]*\n|　|[ \t]{2})")
_AFTER = re.compile(r"[ \t　]*[：:]?\s*")
_SENTENCE = re.compile(
    r"[。？！?!｡]|[A-Za-z]\.(?:\s|$)"
    r"|(?:です|ます|ません|ました|ください|でした|たい|ない|はい|賛成|反対|異議なし|以上|[かねよ])[ \t　]*$",
    re.MULTILINE,
)
_LISTING = re.compile("[、，,・]")
_WORDS = re.compile("[ぁ-んA-Za-z]")
_CLAUSE = re.compile("第[0-9０-９一二三四五六七八九十百]+[条項]")
_PARAGRAPH_END = re.compile(r"\n[ \t　]*\n")

SHORT_LINE = 25
"""A line with fewer characters after its label stands for itself; a longer one may continue in the next."""

HEAD = 2000
"""Characters of a speech in which its first sentence must end."""


@dataclass(frozen=True)
class Turn:
    """`text[start:end]` from the label to the last word; the words themselves begin at `speech`."""

    start: int
    end: int
    speech: int
    speaker: Speaker

    @property
    def characters(self) -> int:
        return self.end - self.speech


@dataclass(frozen=True)
class Share:
    """How much somebody said: in so many turns so many characters, `percent` of all that was said."""

    speaker: Speaker
    turns: int
    characters: int
    percent: float
    first: int


@dataclass(frozen=True)
class _Opening:
    start: int
    speech: int
    speaker: Speaker
    certain: bool


def turns(text: str) -> list[Turn]:
    """In order, each up to the next one. What stands before the first belongs to nobody."""
    openings = list(_openings(text))
    spoken = [opening for opening, border in _with_ends(openings, text) if _is_speech(text, opening, border)]
    return [
        Turn(
            start=opening.start,
            end=opening.speech + len(text[opening.speech : end].rstrip()),
            speech=opening.speech,
            speaker=opening.speaker,
        )
        for opening, end in _with_ends(spoken, text)
    ]


def shares(found: Sequence[Turn]) -> list[Share]:
    """By speaker, who spoke most first."""
    by_speaker: dict[Speaker, list[Turn]] = {}
    for turn in found:
        by_speaker.setdefault(turn.speaker, []).append(turn)
    total = sum(turn.characters for turn in found) or 1
    made = [
        Share(
            speaker=who,
            turns=len(own),
            characters=(said := sum(turn.characters for turn in own)),
            percent=round(100 * said / total, 1),
            first=own[0].start,
        )
        for who, own in by_speaker.items()
    ]
    return sorted(made, key=lambda share: (-share.characters, share.first))


def _with_ends(openings: Sequence[_Opening], text: str) -> Iterator[tuple[_Opening, int]]:
    """Each with the offset at which the next one begins."""
    return zip_longest(openings, (opening.start for opening in openings[1:]), fillvalue=len(text))  # type: ignore[arg-type]


def _openings(text: str) -> Iterator[_Opening]:
    for line in _LINE.finditer(text):
        start = line.end()
        if opening := _marked(text, start) or _plain(text, start):
            yield opening


def _marked(text: str, start: int) -> _Opening | None:
    found = _MARKED.match(text, start)
    if not found:
        return None
    certain = bool(_HONOURED_BRACKET.search(found["label"]))
    if not certain and not re.match(r"[\s：:]|$", text[found.end() : found.end() + 1]):
        return None
    who = speaker(found["label"])
    if who is None:
        return None
    return _opening(text, start, found.end(), who, certain)


def _plain(text: str, start: int) -> _Opening | None:
    for pattern in (_BOXED, _BRACKETED, _COLON, _SPACED):
        found = pattern.match(text, start)
        if found and (who := speaker(found["label"])):
            if pattern is _SPACED and not who.role:
                return None
            end = found.end("label") if pattern in (_COLON, _SPACED) else found.end()
            return _opening(text, start, end, who, certain=False)
    return None


def _opening(text: str, start: int, end: int, who: Speaker, certain: bool) -> _Opening:
    after = _AFTER.match(text, end)
    return _Opening(start, after.end() if after else end, who, certain)


def _is_speech(text: str, opening: _Opening, border: int) -> bool:
    """Something was said: not merely who was there, and no clause on an office."""
    said = text[opening.speech : min(border, opening.speech + HEAD)]
    if opening.certain or not said.strip():
        return bool(said.strip())
    line = said.partition("\n")[0]
    evidence = line if len(line) < SHORT_LINE else _PARAGRAPH_END.split(said, maxsplit=1)[0]
    if _CLAUSE.match(evidence) or (_LISTING.search(evidence) and not _WORDS.search(evidence)):
        return False
    return bool(_SENTENCE.search(evidence.rstrip()))


def turn_at(found: Sequence[Turn], offset: int) -> Turn | None:
    """The turn in which a character of the text stands."""
    number = bisect_right(found, offset, key=lambda turn: turn.start) - 1
    return found[number] if number >= 0 and offset < found[number].end else None
