"""The numbers that browsers show before the items of ordered lists (HTML 4.4.5, CSS Counter Styles 3)."""

import re
from collections.abc import Iterator, Mapping

from lxml import html

TYPES = {
    "1": "decimal",
    "a": "lower-alpha",
    "A": "upper-alpha",
    "i": "lower-roman",
    "I": "upper-roman",
    "ア": "katakana",
    "イ": "katakana-iroha",
    "あ": "hiragana",
    "い": "hiragana-iroha",
    "一": "cjk-decimal",
}
"""Values of `type`, also those that only people understand."""

ALPHABETS = {
    "lower-alpha": "abcdefghijklmnopqrstuvwxyz",
    "upper-alpha": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "lower-greek": "αβγδεζηθικλμνξοπρστυφχψω",
    "katakana": "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヰヱヲン",
    "katakana-iroha": "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス",
    "hiragana": "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわゐゑをん",
    "hiragana-iroha": "いろはにほへとちりぬるをわかよたれそつねならむうゐのおくやまけふこえてあさきゆめみしゑひもせす",
}
SAME = {"lower-latin": "lower-alpha", "upper-latin": "upper-alpha", "cjk-ideographic": "japanese-informal"}
BULLETS = frozenset(("none", "disc", "circle", "square", "disclosure-open", "disclosure-closed"))
MAX_ROMAN = 3999
MAX_RULES = 200
"""Of one style sheet."""

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"))
_SMALL_ROMAN = ((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_DIGITS = "〇一二三四五六七八九"
_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([^;}!]{1,100})", re.IGNORECASE)
_OF_ITEMS = re.compile(r"[\s>]+li$")
_SELECTOR = re.compile(r"(?:.*[\s>])?(\w*)((?:[.#][\w-]+)*)$", re.DOTALL)


class ListNumbers:
    """The numbers of a page's ordered lists, in the styles that its own style sheets and elements ask for."""

    def __init__(self, page: html.HtmlElement) -> None:
        self._styles = _sheet_styles(page)
        self._numbers: dict[html.HtmlElement, dict[html.HtmlElement, int]] = {}

    def marker(self, item: html.HtmlElement) -> str:
        """What stands before an item of an ordered list, with a space behind it where it needs one; else empty."""
        parent = item.getparent()
        if parent is None or parent.tag != "ol":
            return ""
        if parent not in self._numbers:
            self._numbers[parent] = _numbered(parent)
        style = self._style(item, parent)
        return "" if style in BULLETS else written(self._numbers[parent][item], style)

    def _style(self, item: html.HtmlElement, parent: html.HtmlElement) -> str:
        for element in (item, parent):
            style = _declared(element.get("style", "")) or self._of_sheet(element)
            if style:
                return style
            if element.get("type"):
                return TYPES.get(element.get("type", ""), "decimal")
        return "decimal"

    def _of_sheet(self, element: html.HtmlElement) -> str:
        found = ""
        for selector, style in self._styles.items():
            simple = _SELECTOR.match(selector)
            if simple and simple[0] and simple[1] in ("", element.tag) and _has_names(element, simple[2]):
                found = style
        return found


def written(number: int, style: str) -> str:
    """A number as a counter style writes it, with what follows it; as a figure where the style has none for it."""
    style = SAME.get(style, style)
    if style in ALPHABETS and number > 0:
        suffix = "、" if style.startswith(("kata", "hira")) else ". "
        return _alphabetic(number, ALPHABETS[style]) + suffix
    if style in ("lower-roman", "upper-roman") and 0 < number <= MAX_ROMAN:
        roman = _roman(number)
        return f"{roman.upper() if style == 'upper-roman' else roman}. "
    if style in ("japanese-informal", "japanese-formal", "simp-chinese-informal") and 0 < number < 100:
        return f"{_kanji(number)}、"
    if style == "cjk-decimal" and number >= 0:
        return "".join(_DIGITS[int(figure)] for figure in str(number)) + "、"
    if style == "circled-decimal" and 0 < number <= 20:
        return chr(0x245F + number) + " "
    return f"{number:02d}. " if style == "decimal-leading-zero" else f"{number}. "


def _sheet_styles(page: html.HtmlElement) -> Mapping[str, str]:
    """Counter styles by simple selectors (`ol`, `.class`, `#id`); one for the items of a list counts for the list."""
    found: dict[str, str] = {}
    for sheet in page.iter("style"):
        rules = sheet.text or ""
        for declared in list(_STYLE.finditer(rules))[:MAX_RULES]:
            opening = rules.rfind("{", 0, declared.start())
            before = max(rules.rfind(mark, 0, max(opening, 0)) for mark in "{}")
            for selector in rules[before + 1 : max(opening, 0)].split(","):
                found[_OF_ITEMS.sub("", selector.strip())] = _first_word(declared)
    return {selector: style for selector, style in found.items() if style}


def _has_names(element: html.HtmlElement, names: str) -> bool:
    held = {f".{name}" for name in element.get("class", "").split()} | {f"#{element.get('id', '')}"}
    return set(re.findall(r"[.#][\w-]+", names)) <= held


def _declared(declarations: str) -> str:
    found = _STYLE.search(declarations)
    return _first_word(found) if found else ""


def _first_word(declared: "re.Match[str]") -> str:
    return next((word for word in declared[1].lower().split() if word not in ("inside", "outside")), "")


def _numbered(parent: html.HtmlElement) -> dict[html.HtmlElement, int]:
    items = list(parent.iterchildren("li"))
    step = -1 if parent.get("reversed") is not None else 1
    number = _integer(parent.get("start"), len(items) if step < 0 else 1)
    found = {}
    for item in items:
        number = _integer(item.get("value"), number)
        found[item] = number
        number += step
    return found


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"\s*-?[0-9]{1,9}\s*", text) else default


def _alphabetic(number: int, letters: str) -> str:
    word = ""
    while number:
        number, place = divmod(number - 1, len(letters))
        word = letters[place] + word
    return word


def _roman(number: int) -> str:
    def parts(rest: int) -> Iterator[str]:
        for value, letters in (*_ROMAN, *_SMALL_ROMAN):
            count, rest = divmod(rest, value)
            yield letters * count

    return "".join(parts(number))


def _kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else _DIGITS[tens]) + ("十" if tens else "") + (_DIGITS[ones] if ones else "")
