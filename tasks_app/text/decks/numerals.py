"""The numbers in a text, to determine which of those on a slide are in its sources."""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

_NUMBER = re.compile(r"\d{1,30}(?:,\d{3}){1,10}(?:\.\d{1,30})?|\d{1,30}(?:\.\d{1,30})?")
"""Of more digits than any number has that somebody means; without an end, rows of digits would take forever."""

_UNITS = {"千": 1_000, "万": 10_000, "億": 100_000_000, "兆": 1_000_000_000_000}
_COMPOUND = re.compile(rf"(?:(?:{_NUMBER.pattern})[{''.join(_UNITS)}]+)+(?:{_NUMBER.pattern})?")
_STEP = re.compile(rf"({_NUMBER.pattern})([{''.join(_UNITS)}]*)")


def numbers(text: str) -> frozenset[Decimal]:
    """Each number as it is written, and what it means with 千, 万, 億, 兆: "18万2千人" gives 18, 2 and 182000."""
    normal = unicodedata.normalize("NFKC", text)
    found = {_value(number) for number in _NUMBER.findall(normal)}
    found |= {_meaning(compound) for compound in _COMPOUND.findall(normal)}
    return frozenset(found)


def missing(claimed: Iterable[float | str], known: frozenset[Decimal]) -> list[str]:
    """Those numbers of values or texts that are not among the known ones, for people to read; without their signs."""
    unknown: dict[str, None] = {}
    for claim in claimed:
        if isinstance(claim, str):
            unknown |= dict.fromkeys(_plainly(number) for number in _stated(claim, known) if number not in known)
        elif (value := abs(Decimal(repr(claim)))) not in known:
            unknown[_plainly(value)] = None
    return list(unknown)


def _stated(text: str, known: frozenset[Decimal]) -> list[Decimal]:
    """Every number of a text, without the parts of those whose meaning is known: 18万2千 is 182,000."""
    normal = unicodedata.normalize("NFKC", text)
    rest = _COMPOUND.sub(lambda found: "" if _meaning(found[0]) in known else found[0], normal)
    return [_value(number) for number in _NUMBER.findall(rest)]


def _meaning(compound: str) -> Decimal:
    total = Decimal(0)
    for number, units in _STEP.findall(compound):
        value = _value(number)
        for unit in units:
            value *= _UNITS[unit]
        total += value
    return total


def _value(number: str) -> Decimal:
    try:
        return Decimal(number.replace(",", "")).normalize()
    except InvalidOperation:  # digits of another script
        return Decimal(0)


def _plainly(value: Decimal) -> str:
    return f"{value.normalize():f}"
