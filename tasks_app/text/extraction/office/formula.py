"""Formulas as a line of text: those of Office (ECMA-376-1, 22.1) and of Word's EQ fields."""

import re
from collections.abc import Sequence
from typing import Any

from tasks_app.text.extraction.office.office_package import qn

_RAISED = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_RAISABLE = re.compile(r"[0-9+\-−=()ni]*[0-9+\-−=n][0-9+\-−=()ni]*")
_LOWERABLE = re.compile(r"[0-9+\-−=()]*[0-9][0-9+\-−=()]*")
_SIMPLE = re.compile(r"[\w.,%]*|√\w|\([^()]*\)")

_UNSEEN = dict.fromkeys(range(8289, 8293), "")
"""Operators that are not written, such as that between a function and what it is applied to."""

_SHAPES = "○◯〇□◇△▽"
"""Word draws a character in one of these with \\o."""

MAX_DEPTH = 40

_UP, _DOWN = "\x01", "\x02"
"""Around text set higher, which no XML can hold: above other text it is how that is read, elsewhere a superscript."""

_SET_HIGHER = re.compile(f"{_UP}([^{_UP}{_DOWN}]*){_DOWN}")


def raised(text: str) -> str:
    """With the superscripts of Unicode where it has all of them; otherwise the text itself."""
    return text.translate(_RAISED) if _RAISABLE.fullmatch(text) else text


def lowered(text: str) -> str:
    return text.translate(_LOWERED) if _LOWERABLE.fullmatch(text) else text


def math(element: Any, depth: int = 0) -> str:
    """What an element of a formula says, such as <m:oMath> or one of its parts."""
    if depth > MAX_DEPTH:
        return "".join(element.itertext(qn("m:t")))
    name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""

    def part(tag: str) -> str:
        found = element.find(qn(f"m:{tag}"))
        return "" if found is None else math(found, depth + 1)

    def sign(tag: str, usual: str) -> str:
        found = element.find(f"{qn(f'm:{name}Pr')}/{qn(f'm:{tag}')}")
        return usual if found is None else str(found.get(qn("m:val"), ""))

    match name:
        case "t":
            return (element.text or "").translate(_UNSEEN)
        case "f":
            return f"{_grouped(part('num'))}/{_grouped(part('den'))}"
        case "sSup":
            return f"{part('e')}{_power(part('sup'))}"
        case "sSub":
            return f"{part('e')}{_index(part('sub'))}"
        case "sSubSup":
            return f"{part('e')}{_index(part('sub'))}{_power(part('sup'))}"
        case "sPre":
            return f"{_index(part('sub'))}{_power(part('sup'))}{part('e')}"
        case "rad":
            return f"{raised(part('deg'))}√{_grouped(part('e'))}"
        case "nary":
            return f"{sign('chr', '∫')}{_index(part('sub'))}{_power(part('sup'))}{part('e')}"
        case "d":
            inner = sign("sepChr", "|").join(math(one, depth + 1) for one in element.findall(qn("m:e")))
            return f"{sign('begChr', '(')}{inner}{sign('endChr', ')')}"
        case "m":
            rows = (" ".join(math(cell, depth + 1) for cell in row) for row in element.findall(qn("m:mr")))
            return "; ".join(rows)
        case "eqArr":
            return "\n".join(math(one, depth + 1) for one in element.findall(qn("m:e")))
        case "limLow" | "limUpp":
            return f"{part('e')}({part('lim')})"
        case _ if name.endswith("Pr"):
            return ""
        case _:
            return "".join(math(one, depth + 1) for one in element)


def equation_field(instruction: str) -> str:
    """What an EQ field shows: characters without the reading above them, those in a circle, fractions."""
    text = re.sub(r"^\s*EQ\b", "", instruction, flags=re.IGNORECASE)
    shown = _EquationField(re.sub(r'\\\*\s*(?:"[^"]*"|\S+)', "", text)).text().strip()
    return _SET_HIGHER.sub(lambda found: raised(found[1]), shown).translate({ord(_UP): "", ord(_DOWN): ""})


class _EquationField:
    r"""\o\ad(\s\up 9(つちうら),土浦): commands, their options, and arguments in parentheses, which may nest."""

    _COMMAND = re.compile(r"\\([a-z]+)[ 0-9]*", re.IGNORECASE)

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0

    def text(self, ends: str = "", depth: int = 0) -> str:
        """Up to one of `ends` or the end of the field."""
        pieces: list[str] = []
        while self._at < len(self._source) and self._source[self._at] not in ends:
            command = self._COMMAND.match(self._source, self._at)
            if command and depth < MAX_DEPTH:
                pieces.append(self._command(depth))
            elif self._source[self._at] == "\\":
                pieces.append(self._source[self._at + 1 : self._at + 2])
                self._at += 2
            else:
                pieces.append(self._source[self._at])
                self._at += 1
        return "".join(pieces)

    def _command(self, depth: int) -> str:
        names: list[str] = []
        while found := self._COMMAND.match(self._source, self._at):
            names.append(found[1].lower())
            self._at = found.end()
        return _command_text(names, self._arguments(depth))

    def _arguments(self, depth: int) -> list[str]:
        if self._source[self._at : self._at + 1] != "(":
            return []
        found = []
        while self._at < len(self._source) and self._source[self._at] in "(,;":
            self._at += 1
            found.append(self.text(",;)", depth + 1).strip())
        self._at += 1
        return found


def _command_text(names: Sequence[str], arguments: Sequence[str]) -> str:
    first = names[0]
    if first == "f" and len(arguments) == 2:
        return f"{_grouped(arguments[0])}/{_grouped(arguments[1])}"
    if first == "r" and arguments:
        return f"{raised(arguments[0]) if len(arguments) > 1 else ''}√{_grouped(arguments[-1])}"
    if first == "s" and "up" in names[1:2]:
        return f"{_UP}{''.join(arguments)}{_DOWN}"
    if first == "o":
        kept = [one for one in arguments if one and not one.startswith(_UP)]
        whole = [one for one in kept if one not in _SHAPES] or kept
        circled = len(kept) > len(whole) and kept[0] in "○◯〇" and whole[0].isdecimal() and 1 <= int(whole[0]) <= 20
        return chr(0x245F + int(whole[0])) if circled else "".join(whole)
    return "".join(arguments)


def _grouped(text: str) -> str:
    return text if _SIMPLE.fullmatch(text) else f"({text})"


def _power(text: str) -> str:
    if text in ("∘", "°", "º"):
        return "°"
    return raised(text) if not text or _RAISABLE.fullmatch(text) else f"^{_grouped(text)}"


def _index(text: str) -> str:
    return lowered(text) if not text or _LOWERABLE.fullmatch(text) else f"_{_grouped(text)}"
