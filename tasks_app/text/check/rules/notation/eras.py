"""Dates that cannot be: 和暦 and 西暦 that differ, a year an era never had, a day of the week that is another."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tasks_app.text.check.rule import Category, Rule, RuleHit, Setting, Severity, gettext_noop
from tasks_app.text.japanese.morphology import Analysed

WEEKDAYS = "月火水木金土日"


@dataclass(frozen=True)
class Era:
    """`first` is the year of our calendar in which year 1 began, `last` the number of its last year, 0 for none."""

    first: int
    last: int


ERAS = {
    "明治": Era(1868, 45),
    "大正": Era(1912, 15),
    "昭和": Era(1926, 64),
    "平成": Era(1989, 31),
    "令和": Era(2019, 0),
}

INITIALS = {"M": "明治", "T": "大正", "S": "昭和", "H": "平成", "R": "令和"}

_NAME = "|".join((*ERAS, *(f"(?<![A-Za-z]){initial}" for initial in INITIALS)))
_ERA = rf"(?P<era>{_NAME})[ 　]?(?P<number>元|[0-9０-９]{{1,2}})[ 　]?年(?P<fiscal>度)?"
_YEAR = r"(?:西暦)?(?P<year>[0-9０-９]{4})[ 　]?年?(?:度)?"
_BOTH = (
    re.compile(rf"{_ERA}[ 　]?[（(](?P<around>{_YEAR})[）)]"),
    re.compile(rf"(?P<around>(?<![0-9０-９]){_YEAR})[ 　]?[（(]{_ERA}[）)]"),
    re.compile(rf"{_ERA}[ 　]?[/／＝=・][ 　]?(?P<around>{_YEAR})(?![0-9０-９])"),
)
_ALONE = re.compile(rf"{_ERA}")
_DAY = re.compile(
    rf"(?:(?P<era>{_NAME})[ 　]?(?P<number>元|[0-9０-９]{{1,2}})|(?<![0-9０-９])(?P<year>[0-9０-９]{{4}}))[ 　]?年"
    r"(?:[（(][^）)\n]{1,12}[）)])?[ 　]?(?P<month>[0-9０-９]{1,2})[ 　]?月[ 　]?(?P<day>[0-9０-９]{1,2})[ 　]?日"
    r"(?:[ 　]*[（(](?P<weekday>[月火水木金土日])(?:曜日?)?(?:[）)・、,祝]))?"
)

_DAY_ALONE = re.compile(r"(?<![0-9０-９年])(?P<month>[0-9０-９]{1,2})月(?P<day>[0-9０-９]{1,2})日")
_LEAP_YEAR = 2000
_SINCE_REIWA = re.compile(
    "(?<![0-9０-９])(?:20(?:19|[2-9][0-9])|２０(?:１９|[２-９][０-９]))[ 　]?年|(?<![A-Za-z])R[0-9]"
)
_FOREIGN_DAY = re.compile(
    r"(?<![0-9])(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})[ 　]?[（(]"
    r"(?P<weekday>[月火水木金土日]|(?:Mon|Fri|Sun)(?:day)?|Tue(?:s|sday)?|Wed(?:nesday)?|Thu(?:rs|rsday)?|Sat(?:urday)?)"
    r"(?:曜日?)?[）)]"
)
_DAY_OF_KNOWN_YEAR = re.compile(
    r"(?<![0-9０-９年/])(?P<month>[0-9０-９]{1,2})(?:月|/)(?P<day>[0-9０-９]{1,2})日?[ 　]?"
    r"[（(](?P<weekday>[月火水木金土日])(?:曜日?)?[）)]"
)
_YEARS = re.compile(
    r"(?<![0-9０-９])(?P<year>(?:19|20)[0-9]{2})(?:年(?!度)|[/-])|(?P<era>令和|平成|昭和)(?P<number>元|[0-9０-９]{1,2})年(?!度)"
)
_ENGLISH_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FULL_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def find(analysed: Analysed, _setting: Setting) -> Iterator[RuleHit]:
    text = analysed.text
    for pattern in _BOTH:
        for match in pattern.finditer(text):
            expected = _year(match["era"], match["number"])
            if expected != _number(match["year"]):
                written = match["around"].replace(match["year"], _as_wide(str(expected), match["year"]))
                yield RuleHit(start=match.start("around"), end=match.end("around"), suggestion=written)
    for match in _ALONE.finditer(text):
        last = _era(match["era"]).last
        if last and _number(match["number"]) > last and _knows_next_era(match["era"], text):
            yield RuleHit(start=match.start(), end=match.end(), suggestion=_this_era(match))
    for match in _DAY.finditer(text):
        yield from _impossible(match)
    for match in _FOREIGN_DAY.finditer(text):
        yield from _impossible(match)
    yield from _of_the_only_year(text)
    for match in _DAY_ALONE.finditer(text):
        if not _exists(_LEAP_YEAR, match):
            yield RuleHit(start=match.start(), end=match.end())


def _of_the_only_year(text: str) -> Iterator[RuleHit]:
    """Days without a year, in a text that names one year alone."""
    years = {_number(one["year"]) if one["year"] else _year(one["era"], one["number"]) for one in _YEARS.finditer(text)}
    if len(years) != 1:
        return
    (year,) = years
    for match in _DAY_OF_KNOWN_YEAR.finditer(text):
        if _exists(year, match):
            yield from _other_weekday(date(year, _number(match["month"]), _number(match["day"])), match)


def _other_weekday(day: date, match: "re.Match[str]") -> Iterator[RuleHit]:
    written = match["weekday"]
    if written and written not in _weekday_names(day):
        names = _weekday_names(day)
        suggestion = names[0] if written in WEEKDAYS else names[2] if written in _FULL_DAYS else names[1]
        yield RuleHit(start=match.start("weekday"), end=match.end("weekday"), suggestion=suggestion)


def _weekday_names(day: date) -> tuple[str, ...]:
    """In Japanese, in English in short, in English in full, and other short forms."""
    short = _ENGLISH_DAYS[day.weekday()]
    return WEEKDAYS[day.weekday()], short, _FULL_DAYS[day.weekday()], f"{short}s", f"{short}rs"


def _knows_next_era(era: str, text: str) -> bool:
    """平成32年度 is no mistake in a text that was written before anybody knew of 令和."""
    return INITIALS.get(era, era) != "平成" or "令和" in text or bool(_SINCE_REIWA.search(text))


def _impossible(match: "re.Match[str]") -> Iterator[RuleHit]:
    groups = match.groupdict()
    year = _number(match["year"]) if match["year"] else _year(groups["era"], groups["number"])
    if not _exists(year, match):
        yield RuleHit(start=match.start("month"), end=match.end("day") + 1)
        return
    yield from _other_weekday(date(year, _number(match["month"]), _number(match["day"])), match)


def _exists(year: int, match: "re.Match[str]") -> bool:
    month, day = _number(match["month"]), _number(match["day"])
    return year >= 1 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _number(digits: str) -> int:
    return 1 if digits == "元" else int(unicodedata.normalize("NFKC", digits))


def _year(era: str, number: str) -> int:
    return _era(era).first + _number(number) - 1


def _era(name: str) -> Era:
    return ERAS[INITIALS.get(name, name)]


def _this_era(match: "re.Match[str]") -> str:
    """The same year in the era that it was in; ends of eras within a year are left to people."""
    year = _year(match["era"], match["number"])
    era, found = max(((name, era) for name, era in ERAS.items() if era.first <= year), key=lambda one: one[1].first)
    number = year - found.first + 1
    written = "元" if number == 1 else _as_wide(str(number), match["number"])
    return f"{era}{written}年{match['fiscal'] or ''}"


def _as_wide(digits: str, like: str) -> str:
    """In the width of `like`."""
    return digits if like.isascii() else digits.translate({ord(str(n)): ord("０") + n for n in range(10)})


RULE = Rule(
    id="eras",
    label=gettext_noop("Impossible date"),
    explanation=gettext_noop(
        "The era year does not match the calendar year, or the date does not match its day of the week."
    ),
    category=Category.CONSISTENCY,
    severity=Severity.ERROR,
    clause="Ⅰ-4",
    find=find,
)
