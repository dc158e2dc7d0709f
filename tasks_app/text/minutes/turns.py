"""Who speaks where in the minutes of a meeting.

Only labels at the beginning of a line are looked at, and only those that name a person or an office; where it could
as well be a heading or a list of those present, it is not taken for speech.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from tasks_app.text.minutes.speaker_labels import HAN, HONORIFIC, Speaker, is_office, set_apart, speaker

_LINE = re.compile(r"^[ \t　]*(?=[^\s])", re.MULTILINE)
MARK = re.compile(r"[○〇◯◆◇●◎][ \t　]*")
"""What many assemblies put before a speaker."""

_NAMED = re.compile(
    r"(?P<label>(?:[^\s（()）：:。、]{0,30}|(?:[^\s（()）：:。、][ 　]+){1,12}[^\s（()）：:。、]?)"
    r"[（(][^（()）\n]{1,24}[）)]"
    rf"(?:[{HAN}ァ-ヴー・]{{2,24}}(?=[\s：:]))?)[ 　]*(?:[〔［\[][^〕］\]\n]{{1,12}}[〕］\]])?"
)
"""A label with brackets, and whether its speaker went to the rostrum."""
_WORD = re.compile(r"[^\s（(：:。、]{1,24}(?=[\s：:])")
_GAP = re.compile("[ 　]+")
_NAMES_ONE = re.compile(rf"(?:{HONORIFIC})$|番 .*議員$")
_RUN_ON = re.compile(f"(?P<label>[{HAN}]{{1,12}}?(?:長|員))(?=[^\\s、。：:（）()のがはをにへとでも長員部課室局会])")
_HONOURED_BRACKET = re.compile(rf"(?:{HONORIFIC})[ 　]*[）)]$")
_BOXED = re.compile(r"[【〔［\[](?P<label>[^】〕］\]\n]{1,30})[】〕］\]]")
_BRACKETED = re.compile(r"[（(](?P<label>[^（()）\n]{1,30})[）)](?=[\s：:])")
_COLON = re.compile(r"(?P<label>[^\s：:。、「][^\n：:。、「」]{0,40}?)[ \t　]*[：:]")
_SPACED = re.compile(r"(?P<label>[^\s：:。、「]{2,20})(?=[ \t　]*\n|　|[ \t]{2})")
_LETTERED = re.compile(rf"(?=(?:[{HAN}][ 　]+){{1,}}[{HAN}]\s)|(?=第?[0-9０-９]{{1,3}}番[ 　])")
"""Labels in several words that need no mark before them."""
_SET_OFF = re.compile(r"(?P<label>[^\s：:。、「]{4,20})(?= )")
_OF_ROLES = (_SPACED, _NAMED, _SET_OFF)
"""Without a mark or a colon, a name alone is no label."""

_OUTSIDE_BRACKETS = (_COLON, _SPACED, _SET_OFF)
_AFTER = re.compile(r"[ \t　]*[：:]?\s*")
_SENTENCE = re.compile(
    r"[。？！?!｡]|[A-Za-z]\.(?:\s|$)"
    r"|(?:です|ます|ません|ました|ください|でした|たい|ない|はい|賛成|反対|異議なし|以上"
    r"|(?:です|ます|せん|した|のか|う|る)[かねよ])[ \t　]*$",
    re.MULTILINE,
)
_LISTING = re.compile("[、，,・]")
_WORDS = re.compile("[ぁ-んA-Za-z]")
_CLAUSE = re.compile("第[0-9０-９一二三四五六七八九十百]+[条項]")
_PARAGRAPH_END = re.compile(r"\n[ \t　]*\n")

SHORT_LINE = 25
"""A line with fewer characters after its label stands for itself; a longer one may continue in the next."""

ENOUGH_MARKS, MARKED_SHARE = 5, 0.3
"""Labels with a mark before them, and their share, by which a text is known to mark every speaker."""

MORE_WORDS = 2
"""So many words after a role may say who holds it."""

MAX_LABEL = 30
"""Characters of a label, with its spaces."""

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
    marked: bool


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
        for opening, end in _with_ends(_of_one_form(spoken), text)
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


def _of_one_form(openings: Sequence[_Opening]) -> Sequence[_Opening]:
    """Without the lines that only look like labels, in a text that puts a mark before each of its own."""
    marked = [opening for opening in openings if opening.marked]
    return marked if len(marked) >= ENOUGH_MARKS and len(marked) > MARKED_SHARE * len(openings) else openings


def _openings(text: str) -> Iterator[_Opening]:
    for line in _LINE.finditer(text):
        start = line.end()
        if opening := _marked(text, start) or _plain(text, start):
            yield opening


def _marked(text: str, start: int) -> _Opening | None:
    mark = MARK.match(text, start)
    if not mark:
        return None
    named = _NAMED.match(text, mark.end())
    if named and (who := speaker(named["label"])) and who.name:
        certain = bool(_HONOURED_BRACKET.search(named["label"])) or is_office(who.role)
        return _opening(text, start, named.end(), who, certain)
    if found := _first_words(text, mark.end()) or _run_on(text, mark.end()):
        end, who = found
        return _opening(text, start, end, who, certain=False)
    return None


def _first_words(text: str, start: int) -> tuple[int, Speaker] | None:
    """The words, or single characters set apart, that name somebody: as many as give a role, else the first."""
    found: tuple[int, Speaker] | None = None
    words: list[str] = []
    end = start
    while (word := _WORD.match(text, end)) and sum(map(len, words)) + len(word.group()) <= MAX_LABEL:
        words.append(word.group())
        gap = _GAP.match(text, word.end())
        who = _named_by(words, role_known=bool(found and found[1].role), goes_on=bool(gap))
        if who and who.role and who.name:
            return word.end(), who
        if found and found[1].role and len(words) > MORE_WORDS:
            return found
        found = found or ((word.end(), who) if who else None)
        if not gap:
            break
        end = gap.end()
    return found


def _named_by(words: Sequence[str], *, role_known: bool, goes_on: bool) -> Speaker | None:
    """After a role, more words count only if they say that they name who holds it: 議長　山田委員 may be a call."""
    label = " ".join(words)
    if len(words) > 1 and goes_on:
        who = set_apart("".join(words[:-1]), words[-1]) or set_apart(words[-1], words[0])
        if who:
            return who
    return None if role_known and not _NAMES_ONE.search(label) else speaker(label)


def _run_on(text: str, start: int) -> tuple[int, Speaker] | None:
    """A label after which the speech begins without a space: ○大下議長ただいまの出席議員は."""
    found = _RUN_ON.match(text, start)
    who = speaker(found["label"]) if found else None
    return (found.end("label"), who) if found and who and who.name and who.role else None


def _plain(text: str, start: int) -> _Opening | None:
    if _LETTERED.match(text, start) and (found := _first_words(text, start)) and found[1].role:
        return _opening(text, start, *found, certain=False)
    for pattern in (_BOXED, _BRACKETED, _COLON, _SPACED, _NAMED, _SET_OFF):
        label = pattern.match(text, start)
        if label and (who := speaker(label["label"])):
            if pattern in _OF_ROLES and not (who.role and (who.name or pattern is not _SET_OFF)):
                return None
            end = label.end("label") if pattern in _OUTSIDE_BRACKETS else label.end()
            return _opening(text, start, end, who, certain=False)
    return None


def _opening(text: str, start: int, end: int, who: Speaker, certain: bool) -> _Opening:
    after = _AFTER.match(text, end)
    marked = bool(MARK.match(text, start))
    return _Opening(start, after.end() if after else end, who, certain, marked)


def _is_speech(text: str, opening: _Opening, border: int) -> bool:
    """Something was said: not merely who was there, and no clause on an office."""
    said = text[opening.speech : min(border, opening.speech + HEAD)]
    if opening.certain or not said.strip():
        return bool(said.strip())
    line = said.partition("\n")[0]
    named = bool(opening.speaker.name and opening.speaker.role)
    evidence = _PARAGRAPH_END.split(said, maxsplit=1)[0] if named or len(line) >= SHORT_LINE else line
    if _CLAUSE.match(evidence) and not (named and opening.marked):
        return False
    if _LISTING.search(evidence) and not _WORDS.search(evidence):
        return False
    return bool(_SENTENCE.search(evidence.rstrip()))


def turn_at(found: Sequence[Turn], offset: int) -> Turn | None:
    """The turn in which a character of the text stands."""
    number = bisect_right(found, offset, key=lambda turn: turn.start) - 1
    return found[number] if number >= 0 and offset < found[number].end else None
