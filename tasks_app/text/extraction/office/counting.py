"""The numbers that Office programs write before paragraphs by themselves (ECMA-376-1, 17.18.59 ST_NumberFormat)."""

from collections.abc import Callable

KANJI = "〇一二三四五六七八九"
LEGAL_KANJI = "零壱弐参四五六七八九"
AIUEO = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
HALF_AIUEO = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ"
HALF_IROHA = "ｲﾛﾊﾆﾎﾍﾄﾁﾘﾇﾙｦﾜｶﾖﾀﾚｿﾂﾈﾅﾗﾑｳヰﾉｵｸﾔﾏｹﾌｺｴﾃｱｻｷﾕﾒﾐｼヱﾋﾓｾｽﾝ"
STEMS = "甲乙丙丁戊己庚辛壬癸"
BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
ENCLOSED_KANJI = "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"
GANADA = "가나다라마바사아자차카타파하"
CHOSUNG = "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ"
KOREAN = "영일이삼사오육칠팔구"
RUSSIAN = "абвгдежзиклмнопрстуфхцчшщыэюя"
FOOTNOTE_MARKS = "*†‡§"
ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
MAX_LETTERS = 30
"""Of a letter that is repeated, and of a Roman number: an absurd start must not fill memory."""


def counted(number: int, style: str) -> str:
    """`number` as the format called `style` writes it; as a decimal where the format is unknown or cannot.

    "3 digits" stands for a format of the author's with so many.
    """
    if style.endswith(" digits"):
        return f"{number:0{style.split()[0]}}"
    write = STYLES.get(style)
    return (write(number) if write and number >= 0 else "") or str(number)


def letters(alphabet: str, number: int) -> str:
    """After the last letter each one twice, then three times, as Word and PowerPoint do."""
    if number < 1:
        return ""
    times, place = divmod(number - 1, len(alphabet))
    return alphabet[place] * (times + 1) if times < MAX_LETTERS else ""


def roman(number: int) -> str:
    if not 0 < number < MAX_LETTERS * 1000:
        return ""
    written = ""
    for value, mark in ROMAN:
        times, number = divmod(number, value)
        written += mark * times
    return written


def digits(numerals: str, number: int) -> str:
    return "".join(numerals[int(digit)] for digit in str(number))


def by_tens(numerals: str, units: tuple[str, str, str, str], number: int, *, says_one: bool = False) -> str:
    """Counted with words for ten, a hundred, a thousand and ten thousand: 二十三. Zero is the first numeral."""
    if not 0 < number < 10**8:
        return numerals[0] if number == 0 else ""
    ten, hundred, thousand, myriad = units
    upper, lower = divmod(number, 10**4)
    written = (by_tens(numerals, units, upper, says_one=says_one) + myriad) if upper else ""
    for value, unit in ((1000, thousand), (100, hundred), (10, ten), (1, "")):
        digit, lower = divmod(lower, value)
        if digit:
            written += ("" if digit == 1 and unit and not says_one else numerals[digit]) + unit
    return written


def ordinal(number: int) -> str:
    last = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{last}"


def cardinal_words(number: int) -> str:
    if number < len(ONES):
        return ONES[number]
    if number < 100:
        ten, one = divmod(number, 10)
        return f"{TENS[ten]}-{ONES[one]}" if one else TENS[ten]
    if number < 1000:
        hundred, rest = divmod(number, 100)
        return f"{ONES[hundred]} hundred {cardinal_words(rest)}" if rest else f"{ONES[hundred]} hundred"
    return ""


def ordinal_words(number: int) -> str:
    head, mark, last = cardinal_words(number).rpartition("-")
    start, space, word = last.rpartition(" ")
    ended = ORDINALS.get(word) or (f"{word[:-1]}ieth" if word.endswith("y") else f"{word}th")
    return f"{head}{mark}{start}{space}{ended}" if word else ""


def enclosed(*ranges: tuple[int, int, int]) -> Callable[[int], str]:
    """Characters from (first number, last number, code of the first)."""

    def write(number: int) -> str:
        return next((chr(code + number - first) for first, last, code in ranges if first <= number <= last), "")

    return write


def _zodiac(number: int) -> str:
    return STEMS[(number - 1) % 10] + BRANCHES[(number - 1) % 12] if number else ""


def _of(alphabet: str) -> Callable[[int], str]:
    return lambda number: letters(alphabet, number)


def _digits_of(numerals: str) -> Callable[[int], str]:
    return lambda number: digits(numerals, number)


def _tens_of(numerals: str, units: tuple[str, str, str, str], *, says_one: bool = False) -> Callable[[int], str]:
    return lambda number: by_tens(numerals, units, number, says_one=says_one)


def _padded(width: int) -> Callable[[int], str]:
    return lambda number: f"{number:0{width}}"


_LATIN = "abcdefghijklmnopqrstuvwxyz"
_COUNTING = _tens_of(KANJI, ("十", "百", "千", "万"))
_CHINESE = _tens_of("零一二三四五六七八九", ("十", "百", "千", "万"))
_CIRCLED = enclosed((0, 0, 0x24EA), (1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1))
_WIDE = _digits_of("０１２３４５６７８９")

STYLES: dict[str, Callable[[int], str]] = {
    "aiueo": _of(HALF_AIUEO),
    "aiueoFullWidth": _of(AIUEO),
    "cardinalText": lambda number: cardinal_words(number).capitalize(),
    "chicago": _of(FOOTNOTE_MARKS),
    "chineseCounting": _COUNTING,
    "chineseCountingThousand": _CHINESE,
    "chineseLegalSimplified": _tens_of("零壹贰叁肆伍陆柒捌玖", ("拾", "佰", "仟", "万"), says_one=True),
    "chosung": _of(CHOSUNG),
    "decimalEnclosedCircle": _CIRCLED,
    "decimalEnclosedCircleChinese": _CIRCLED,
    "decimalEnclosedFullstop": enclosed((1, 20, 0x2488)),
    "decimalEnclosedParen": enclosed((1, 20, 0x2474)),
    "decimalFullWidth": _WIDE,
    "decimalFullWidth2": _WIDE,
    "decimalZero": _padded(2),
    "ganada": _of(GANADA),
    "hex": lambda number: f"{number:X}",
    "ideographDigital": _digits_of(KANJI),
    "ideographEnclosedCircle": lambda number: ENCLOSED_KANJI[number - 1] if 1 <= number <= 10 else "",
    "ideographLegalTraditional": _tens_of("零壹貳參肆伍陸柒捌玖", ("拾", "佰", "仟", "萬"), says_one=True),
    "ideographTraditional": _of(STEMS),
    "ideographZodiac": _of(BRANCHES),
    "ideographZodiacTraditional": _zodiac,
    "iroha": _of(HALF_IROHA),
    "irohaFullWidth": _of(IROHA),
    "japaneseCounting": _COUNTING,
    "japaneseDigitalTenThousand": _digits_of(KANJI),
    "japaneseLegal": _tens_of(LEGAL_KANJI, ("拾", "百", "阡", "萬"), says_one=True),
    "koreanCounting": _tens_of(KOREAN, ("십", "백", "천", "만")),
    "koreanDigital": _digits_of(KOREAN),
    "koreanDigital2": _digits_of("零一二三四五六七八九"),
    "koreanLegal": _digits_of(KOREAN),
    "lowerLetter": _of(_LATIN),
    "lowerRoman": roman,
    "none": lambda _number: "",
    "numberInDash": lambda number: f"- {number} -",
    "ordinal": ordinal,
    "ordinalText": lambda number: ordinal_words(number).capitalize(),
    "russianLower": _of(RUSSIAN),
    "russianUpper": _of(RUSSIAN.upper()),
    "taiwaneseCounting": _COUNTING,
    "taiwaneseCountingThousand": _CHINESE,
    "taiwaneseDigital": _digits_of(KANJI.replace("〇", "○")),
    "upperLetter": _of(_LATIN.upper()),
    "upperRoman": lambda number: roman(number).upper(),
}
