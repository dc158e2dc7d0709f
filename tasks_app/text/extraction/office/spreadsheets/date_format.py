"""Dates and times as Excel shows them, Japanese eras included (ECMA-376-1, 18.8.31)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

ERAS = (
    (date(2019, 5, 1), "令和", "令", "R"),
    (date(1989, 1, 8), "平成", "平", "H"),
    (date(1926, 12, 25), "昭和", "昭", "S"),
    (date(1912, 7, 30), "大正", "大", "T"),
    (date(1868, 1, 25), "明治", "明", "M"),
)
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
    *("November", "December"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
JAPANESE_WEEKDAYS = "月火水木金土日"
MOST_DAYS = 2_958_466
"""One more than 31 December 9999."""

MILLISECONDS_OF_DAY = 86_400_000
_UNITS = {"h": 3_600_000, "m": 60_000, "s": 1000}


@dataclass(frozen=True, kw_only=True)
class Moment:
    """`weekday` from Monday, 0; `milliseconds` of the day; `total` since day 0."""

    year: int
    month: int
    day: int
    weekday: int
    milliseconds: int
    total: int


def moment(days: float, step: int, *, from_1904: bool) -> Moment | None:
    """The time rounded to `step` milliseconds; None for what is no date.

    Excel has a 29 February 1900, day 60, that never was, and calls day 0 January 0.
    """
    total = int(Decimal(repr(days)) * MILLISECONDS_OF_DAY / step + Decimal("0.5")) * step
    number, milliseconds = divmod(total, MILLISECONDS_OF_DAY)
    if number >= MOST_DAYS:
        return None
    if from_1904:
        found = date(1904, 1, 1) + timedelta(number)
        year, month, day, weekday = found.year, found.month, found.day, found.weekday()
    elif number in (0, 60):
        year, month, day, weekday = (1900, 1, 0, 5) if number == 0 else (1900, 2, 29, 2)
    else:
        found = date(1899, 12, 31 if number < 60 else 30) + timedelta(number)
        year, month, day, weekday = found.year, found.month, found.day, (number + 5) % 7
    return Moment(year=year, month=month, day=day, weekday=weekday, milliseconds=milliseconds, total=total)


def date_text(tokens: Sequence[tuple[str, str]], days: float, *, from_1904: bool) -> str | None:
    """`tokens` are (kind, text) of a section of a format code; None for what is no date, which Excel shows as ####."""
    is_elapsed = any(kind == "elapsed" for kind, _text in tokens)
    if (days < 0 and not is_elapsed) or abs(days) >= MOST_DAYS:
        return None
    fractions = [text for (before, _), (kind, text) in pairwise(tokens) if before == "mark" and kind == "digit"]
    decimals = len(fractions[0]) if fractions else 0
    shows_seconds = any(text.startswith("s") for kind, text in _lower(tokens) if kind in ("date", "elapsed"))
    step = 10 ** max(3 - decimals, 0) if shows_seconds else 1
    when = moment(abs(days), step, from_1904=from_1904)
    if when is None:
        return None
    return ("-" if days < 0 else "") + "".join(_DateText(_lower(tokens), when).pieces())


def _lower(tokens: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(kind, text.lower() if kind in ("date", "elapsed") else text) for kind, text in tokens]


class _DateText:
    def __init__(self, tokens: Sequence[tuple[str, str]], when: Moment) -> None:
        self._tokens = tokens
        self._when = when
        self._halves = any(kind == "noon" for kind, _text in tokens)
        self._first_year = "元" if any("x-gannen" in text for kind, text in tokens if kind == "locale") else "1"

    def pieces(self) -> Iterator[str]:
        for place, (kind, text) in enumerate(self._tokens):
            match kind:
                case "date":
                    yield self._date(place, text)
                case "elapsed":
                    yield str(self._when.total // _UNITS[text[0]]).zfill(len(text))
                case "noon":
                    yield text.split("/")[self._when.milliseconds >= MILLISECONDS_OF_DAY // 2]
                case "digit":
                    yield f"{self._when.milliseconds % 1000:03}"[: len(text)].ljust(len(text), "0")
                case "locale":
                    pass
                case _:
                    yield text

    def _date(self, place: int, text: str) -> str:
        when, width = self._when, len(text)
        match text[0]:
            case "y":
                return f"{when.year % 100:02}" if width < 3 else f"{when.year:04}"
            case "m" if self._is_minute(place):
                return str(when.milliseconds // 60_000 % 60).zfill(min(width, 2))
            case "m":
                return _month(when.month, width)
            case "d":
                return str(when.day).zfill(width) if width < 3 else WEEKDAYS[when.weekday][: 3 if width == 3 else None]
            case "a":
                return JAPANESE_WEEKDAYS[when.weekday] + ("曜日" if width > 3 else "")
            case "h":
                hour = when.milliseconds // 3_600_000
                return str((hour + 11) % 12 + 1 if self._halves else hour).zfill(min(width, 2))
            case "s":
                return str(when.milliseconds // 1000 % 60).zfill(min(width, 2))
            case "g":
                return self._era()[0][min(width, 3) - 1]
            case "r":
                names, year = self._era()
                return (names[2] if width > 1 else "") + str(year)
            case _:
                year = self._era()[1]
                return self._first_year if year == 1 and width == 1 else str(year).zfill(width)

    def _era(self) -> tuple[tuple[str, str, str], int]:
        """The names of the era by length, and the year in it; before the first of them the year alone."""
        when = self._when
        for begins, name, short, letter in ERAS:
            if (when.year, when.month, when.day) >= (begins.year, begins.month, begins.day):
                return (letter, short, name), when.year - begins.year + 1
        return ("", "", ""), when.year

    def _is_minute(self, place: int) -> bool:
        """After hours or before seconds."""
        if len(self._tokens[place][1]) > 2:
            return False
        timed = [(n, text[0]) for n, (kind, text) in enumerate(self._tokens) if kind in ("date", "elapsed")]
        at = next(n for n, (token, _letter) in enumerate(timed) if token == place)
        after_hours = at > 0 and timed[at - 1][1] == "h"
        return after_hours or (at + 1 < len(timed) and timed[at + 1][1] == "s")


def _month(month: int, width: int) -> str:
    name = MONTHS[month - 1]
    return str(month).zfill(width) if width < 3 else name[:1] if width == 5 else name[: 3 if width == 3 else None]
