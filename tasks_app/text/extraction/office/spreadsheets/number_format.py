"""Numbers as Excel shows them: the format codes of cells and charts (ECMA-376-1, 18.8.31)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from math import isfinite

from tasks_app.text.extraction.office.spreadsheets.date_format import date_text

MAX_CODE = 255
"""Characters of a format code; Excel accepts no more."""

GENERAL_WIDTH = 11
"""Characters of a number in the format General, its point counted and its sign not."""

BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"¥"#,##0;-"¥"#,##0',
    6: '"¥"#,##0;-"¥"#,##0',
    7: '"¥"#,##0.00;-"¥"#,##0.00',
    8: '"¥"#,##0.00;-"¥"#,##0.00',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy/m/d h:mm",
    37: "#,##0;-#,##0",
    38: "#,##0;-#,##0",
    39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00",
    41: '#,##0;-#,##0;"-"',
    42: '"¥"#,##0;-"¥"#,##0;"-"',
    43: '#,##0.00;-#,##0.00;"-"',
    44: '"¥"#,##0.00;-"¥"#,##0.00;"-"',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
    27: "[$-411]ge.m.d",
    28: '[$-411]ggge"年"m"月"d"日"',
    29: '[$-411]ggge"年"m"月"d"日"',
    30: "m/d/yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"時"mm"分"',
    33: 'h"時"mm"分"ss"秒"',
    34: 'yyyy"年"m"月"',
    35: 'm"月"d"日"',
    36: "[$-411]ge.m.d",
    50: "[$-411]ge.m.d",
    51: '[$-411]ggge"年"m"月"d"日"',
    52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"',
    54: '[$-411]ggge"年"m"月"d"日"',
    55: 'yyyy"年"m"月"',
    56: 'm"月"d"日"',
    57: "[$-411]ge.m.d",
    58: '[$-411]ggge"年"m"月"d"日"',
}
"""Codes that files name by their number only (18.8.30), as a Japanese Excel shows them."""

SYSTEM_CODES = {"[$-F800]": 'yyyy"年"m"月"d"日"', "[$-F400]": "h:mm:ss"}
"""The long date and the time of the system, as Japanese Windows has them."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|!(?P<also_escaped>.)|_(?P<width>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/標準)|(?P<noon>AM/PM|A/P|上午/下午|午前/午後)|(?P<exponent>(?-i:E)[+-])|(?P<percent>%)"
    r"|(?P<digit>[0#?]+)|(?P<date>y+|m+|d+|h+|s+|g+|e+|rr?|aaaa?)|(?P<at>@)|(?P<mark>[.,/])|(?P<other>[1-9][0-9]*|.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|=|<|>)\s*(-?[0-9]+(?:\.[0-9]+)?)$")
_ELAPSED = re.compile(r"(h+|m+|s+)$", re.IGNORECASE)
_DBNUM = re.compile(r"dbnum([1-4])$", re.IGNORECASE)
_WIDE_DIGITS = {
    "1": str.maketrans("0123456789", "〇一二三四五六七八九"),
    "2": str.maketrans("0123456789", "零壱弐参四伍六七八九"),
    "3": str.maketrans("0123456789", "０１２３４５６７８９"),
}
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
    "=": lambda one, other: one == other,
    "<>": lambda one, other: one != other,
}


@dataclass(frozen=True)
class FormatToken:
    kind: str
    text: str


@dataclass(frozen=True)
class FormatSection:
    """One of the parts that semicolons divide a code into."""

    tokens: tuple[FormatToken, ...]
    condition: tuple[str, float] | None
    numerals: str

    @property
    def is_date(self) -> bool:
        return any(token.kind in ("date", "elapsed", "noon") for token in self.tokens)

    @property
    def is_text(self) -> bool:
        return any(token.kind == "at" for token in self.tokens)

    @property
    def is_general(self) -> bool:
        return any(token.kind == "general" for token in self.tokens)


@dataclass(frozen=True)
class NumberFormat:
    sections: tuple[FormatSection, ...]

    @classmethod
    @lru_cache(maxsize=1024)
    def of(cls, code: str) -> "NumberFormat":
        """Any code can be read: what means nothing stands for itself."""
        return cls(tuple(map(_section, _divided(code[:MAX_CODE] or "General"))))

    @property
    def is_date(self) -> bool:
        return self.sections[0].is_date

    def shown(self, value: float, *, from_1904: bool = False) -> str:
        """A number in a cell, a date too: days since the beginning of 1900, or of 1904."""
        if not isfinite(value):
            return ""
        if self is _GENERAL:
            return general(value)
        section, signed = self._section_for(value)
        if section is None:
            return general(value)
        if section.is_date:
            text = date_text([(one.kind, one.text) for one in section.tokens], value, from_1904=from_1904)
            return _in_numerals(general(value) if text is None else text, section)
        if section.is_text and not any(token.kind == "digit" for token in section.tokens):
            return "".join(general(value) if one.kind == "at" else _literal(one) for one in section.tokens)
        return _in_numerals(_number(section, value if signed else abs(value)), section)

    def shown_text(self, text: str) -> str:
        """A text in a cell: the fourth section says what stands around it."""
        section = self.sections[3] if len(self.sections) > 3 else self.sections[-1]
        if not section.is_text:
            return text if len(self.sections) < 4 else "".join(map(_literal, section.tokens))
        return "".join(text if one.kind == "at" else _literal(one) for one in section.tokens)

    def _section_for(self, value: float) -> tuple[FormatSection | None, bool]:
        """The section for a number, and whether its sign is still to be written."""
        numbers = self.sections[:3] if len(self.sections) > 3 else self.sections
        if len(numbers) > 1 and numbers[-1].is_text and not any(one.kind == "digit" for one in numbers[-1].tokens):
            numbers = numbers[:-1]
        if any(section.condition for section in numbers):
            return self._by_condition(numbers, value)
        if value < 0 and len(numbers) > 1:
            return numbers[1], False
        if value == 0 and len(numbers) > 2:
            return numbers[2], False
        return numbers[0], True

    def _by_condition(self, numbers: Sequence[FormatSection], value: float) -> tuple[FormatSection | None, bool]:
        """Without a condition of its own the second of three sections is for what is below zero."""
        for place, section in enumerate(numbers):
            if section.condition is not None:
                sign, limit = section.condition
                if _COMPARE[sign](value, limit):
                    return section, not (sign.startswith("<") and limit <= 0)
            elif place != 1 or len(numbers) < 3 or value < 0:
                return section, value < 0 and not (place and _says_negative(section))
        return None, True


def _says_negative(section: FormatSection) -> bool:
    return any(one.kind in ("literal", "other") and one.text in "-−▲△(" for one in section.tokens)


def general(value: float) -> str:
    """As in a wide cell without a format. Whole numbers keep all of their digits: some are numbers of a person."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    size = abs(value)
    if size >= 1e11 or size < 1e-9:
        return _scientific(value, 5)
    if size < 1e-4:
        plain = _rounded(Decimal(repr(value)), 9).rstrip("0")
        return plain if len(plain.lstrip("-")) <= GENERAL_WIDTH and float(plain) == value else _scientific(value, 5)
    digits = max(GENERAL_WIDTH - 1 - len(str(int(size))), 0)
    text = _rounded(Decimal(repr(value)), digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _scientific(value: float, digits: int) -> str:
    mantissa, _, exponent = f"{value:.{digits}E}".partition("E")
    return f"{mantissa.rstrip('0').rstrip('.')}E{exponent[0]}{exponent[1:].zfill(2)}"


def _rounded(value: Decimal, digits: int) -> str:
    """Half away from zero, as Excel does; "-0.00" is "0.00"."""
    try:
        text = f"{value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"
    except InvalidOperation:
        return f"{value:f}"
    return text if Decimal(text) else text.lstrip("-")


def _divided(code: str) -> list[str]:
    """At semicolons that are neither quoted nor escaped."""
    parts, start = [], 0
    for found in _TOKEN.finditer(code):
        if found[0] == ";":
            parts.append(code[start : found.start()])
            start = found.end()
    return [*parts, code[start:]][:4]


def _section(code: str) -> FormatSection:
    code = next((code_ for mark, code_ in SYSTEM_CODES.items() if mark in code.upper()), code)
    tokens: list[FormatToken] = []
    condition, numerals = None, ""
    for found in _TOKEN.finditer(code):
        kind = str(found.lastgroup)
        text = found[kind]
        if kind == "bracket":
            token, condition, numerals = _bracket(text, condition, numerals)
            tokens += [token] if token else []
        elif kind in ("quoted", "escaped", "also_escaped"):
            tokens.append(FormatToken("literal", text))
        elif kind == "width":
            tokens.append(FormatToken("literal", " "))
        elif kind != "fill":
            tokens.append(FormatToken(kind, text))
    merged = _without_stray_letters(tokens)
    return FormatSection(tuple(merged), condition, numerals)


def _without_stray_letters(tokens: list[FormatToken]) -> list[FormatToken]:
    """Letters of a date are letters where there are digits and nothing of a date: "0 bd"."""
    has_digits = any(one.kind == "digit" and set(one.text) != {"0"} for one in tokens)
    if not has_digits:
        return tokens
    return [FormatToken("literal", one.text) if one.kind == "date" else one for one in tokens]


def _bracket(
    text: str, condition: tuple[str, float] | None, numerals: str
) -> tuple[FormatToken | None, tuple[str, float] | None, str]:
    if compared := _CONDITION.match(text):
        return None, (compared[1], float(compared[2])), numerals
    if _ELAPSED.match(text):
        return FormatToken("elapsed", text.lower()), condition, numerals
    if found := _DBNUM.match(text):
        return None, condition, found[1]
    if text.startswith("$"):
        money, _, locale = text[1:].partition("-")
        return FormatToken("literal", money) if money else FormatToken("locale", locale), condition, numerals
    return None, condition, numerals


def _literal(token: FormatToken) -> str:
    return token.text if token.kind in ("literal", "other", "mark", "date", "percent") else ""


def _in_numerals(text: str, section: FormatSection) -> str:
    return text.translate(_WIDE_DIGITS[section.numerals]) if section.numerals in _WIDE_DIGITS else text


def _number(section: FormatSection, value: float) -> str:
    kinds = [token.kind for token in section.tokens]
    if section.is_general:
        return "".join(general(value) if one.kind == "general" else _literal(one) for one in section.tokens)
    if "digit" not in kinds:
        sign = "-" if value < 0 and any(map(_literal, section.tokens)) else ""
        return sign + "".join(map(_literal, section.tokens))
    scaled = Decimal(repr(value)) * 100 ** kinds.count("percent")
    sign, size = ("-" if scaled < 0 else ""), abs(scaled)
    fraction = _slash(section.tokens)
    if fraction is not None:
        text = _as_fraction(section.tokens, fraction, size)
    elif "exponent" in kinds:
        text = _as_exponent(section.tokens, size)
    else:
        text = _as_decimal(section.tokens, size)
    return (sign if re.search("[1-9]", text) else "") + text


def _slash(tokens: Sequence[FormatToken]) -> int | None:
    """Where the line of a fraction is."""
    for place in range(1, len(tokens) - 1):
        before, line, after = tokens[place - 1 : place + 2]
        if line.text == "/" and before.kind == "digit" and (after.kind == "digit" or after.text.isdecimal()):
            return place
    return None


def _as_decimal(tokens: Sequence[FormatToken], size: Decimal) -> str:
    """Digits go into their places from the right; what stands between the places stays there."""
    places = [place for place, one in enumerate(tokens) if one.kind == "digit"]
    point = next((n for n, one in enumerate(tokens) if one.text == "." and one.kind == "mark"), None)
    last = places[-1]
    whole_places = [place for place in places if point is None or place < point]
    decimal_places = [place for place in places if point is not None and place > point]
    commas = [n for n, one in enumerate(tokens) if one.text == "," and one.kind == "mark"]
    last_whole = whole_places[-1] if whole_places else -1
    scale = 0
    for place in range(last_whole + 1, len(tokens)):
        if tokens[place].text != "," or tokens[place].kind != "mark":
            break
        scale += 1
    scale += sum(place > last for place in commas if place > last_whole + scale)
    grouped = any(place < last_whole for place in commas) and bool(whole_places)
    decimals = "".join(tokens[place].text for place in decimal_places)
    text = _rounded(size / 1000**scale, len(decimals))
    whole, _, rest = text.partition(".")
    shown_rest = _trimmed(rest, decimals)
    wholes = _filled(whole, [tokens[place].text for place in whole_places], grouped=grouped)
    pieces: list[str] = []
    for place, token in enumerate(tokens):
        if place in whole_places:
            pieces.append(wholes[whole_places.index(place)])
        elif place in decimal_places:
            start = sum(len(tokens[one].text) for one in decimal_places if one < place)
            pieces.append(shown_rest[start : start + len(token.text)])
        elif place == point:
            pieces.append(("" if whole_places else whole.lstrip("0")) + ".")
        elif place not in commas:
            pieces.append(_literal(token))
    return "".join(pieces)


def _trimmed(digits: str, pattern: str) -> str:
    """Decimals without the zeros at the end that the pattern does not ask for."""
    kept = len(digits)
    while kept and digits[kept - 1] == "0" and pattern[kept - 1] != "0":
        kept -= 1
    return digits[:kept]


def _filled(whole: str, patterns: Sequence[str], *, grouped: bool) -> list[str]:
    """The digits for each run of places; all that is too many goes into the first."""
    digits = whole.lstrip("0")
    needed = "".join(patterns)
    least = len(needed) - needed.index("0") if "0" in needed else 0
    digits = digits.zfill(least) if least else digits
    found: list[str] = []
    for run in reversed(patterns[1:]):
        found.append(digits[-len(run) :] if digits else "")
        digits = digits[: -len(run)]
    found.append(digits)
    runs = found[::-1]
    if grouped and len(patterns) >= 1:
        joined = "".join(runs)
        return [_with_commas(joined), *("" for _ in patterns[1:])]
    return runs


def _with_commas(digits: str) -> str:
    head = len(digits) % 3
    groups = [digits[:head], *(digits[at : at + 3] for at in range(head, len(digits), 3))]
    return ",".join(filter(None, groups))


def _as_exponent(tokens: Sequence[FormatToken], size: Decimal) -> str:
    place = next(n for n, one in enumerate(tokens) if one.kind == "exponent")
    before, after = tokens[:place], tokens[place + 1 :]
    whole = "".join(one.text for one in before[: _point(before)] if one.kind == "digit")
    decimals = "".join(one.text for one in before[_point(before) :] if one.kind == "digit")
    step = max(len(whole), 1)
    exponent = size.adjusted() if size else 0
    exponent -= exponent % step if step > 1 else 0
    mantissa = size.scaleb(-exponent)
    if len(_rounded(mantissa, len(decimals)).partition(".")[0]) > step:
        exponent += step
        mantissa = size.scaleb(-exponent)
    width = sum(len(one.text) for one in after if one.kind == "digit")
    sign = "-" if exponent < 0 else "+" if tokens[place].text[1] == "+" else ""
    tail = "".join(_literal(one) for one in after if one.kind != "digit")
    point = "." if not decimals and _point(before) < len(before) else ""
    return f"{_rounded(mantissa, len(decimals))}{point}E{sign}{str(abs(exponent)).zfill(width)}{tail}"


def _point(tokens: Sequence[FormatToken]) -> int:
    return next((n for n, one in enumerate(tokens) if one.text == "." and one.kind == "mark"), len(tokens))


def _as_fraction(tokens: Sequence[FormatToken], slash: int, size: Decimal) -> str:
    below = tokens[slash + 1]
    has_whole = any(one.kind == "digit" for one in tokens[: slash - 1])
    whole = int(size) if has_whole else 0
    rest = Fraction(size) - whole
    bottom = int(below.text) if below.kind != "digit" else 0
    value = Fraction(round(rest * bottom), bottom) if bottom else rest.limit_denominator(10 ** len(below.text) - 1)
    top, under = (round(rest * bottom), bottom) if bottom else (value.numerator, value.denominator)
    if has_whole and value == 1:
        whole, top = whole + 1, 0
    tail = "".join(map(_literal, tokens[slash + 2 :]))
    head = "".join(_literal(one) for one in tokens[: slash - 1] if one.kind == "literal" and one.text.strip())
    if top == 0:
        return f"{head}{whole}{tail}"
    return f"{head}{whole} {top}/{under}{tail}" if whole else f"{head}{top}/{under}{tail}"


_GENERAL = NumberFormat.of("General")
"""The format of most cells."""
