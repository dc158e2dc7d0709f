"""Where a quotation is in a text: the same characters, whatever their width and the space between them."""

import re
import unicodedata
from array import array
from functools import lru_cache

_SEPARATORS = re.compile(r"(?<=\d),(?=\d{3})")
_NUMBERS = re.compile(r"\d+(?:\.\d+)?")


class Quotable:
    """A text in which quotations are looked up; `offset` is where it begins in a larger one."""

    def __init__(self, text: str, offset: int = 0) -> None:
        squeezed: list[str] = []
        places = array("L")
        for place, character in enumerate(text):
            plain = _plain(character)
            squeezed.append(plain)
            places.extend([place + offset] * len(plain))
        self._squeezed = "".join(squeezed)
        self._places = places

    def find(self, quote: str, after: int = 0) -> tuple[int, int] | None:
        """[start, end) of the first place at or after the offset `after`; None where it is not found or blank."""
        wanted = squeeze(quote)
        found = self._squeezed.find(wanted, self._index(after)) if wanted else -1
        if found < 0:
            return None
        return self._places[found], self._places[found + len(wanted) - 1] + 1

    def holds(self, words: str, start: int, end: int) -> bool:
        """Whether `words` stand somewhere within the offsets; nothing but space never does."""
        wanted = squeeze(words)
        return bool(wanted) and wanted in self._squeezed[self._index(start) : self._index(end)]

    def lacks_numbers(self, words: str) -> bool:
        """Whether `words` tell a number that the text does not hold."""
        return not numbers(words) <= numbers(self._squeezed, squeezed=True)

    def _index(self, offset: int) -> int:
        """Of the first squeezed character that stands at or after `offset`."""
        low, high = 0, len(self._places)
        while low < high:
            middle = (low + high) // 2
            if self._places[middle] < offset:
                low = middle + 1
            else:
                high = middle
        return low


def squeeze(text: str) -> str:
    """Without space and in normal width; marks stay apart from their letters, so that half-width kana compare."""
    return "".join(map(_plain, text))


def numbers(text: str, *, squeezed: bool = False) -> set[str]:
    """Those written in digits, without separators of thousands."""
    plain = text if squeezed else squeeze(text)
    return set(_NUMBERS.findall(_SEPARATORS.sub("", plain)))


@lru_cache(maxsize=16_384)
def _plain(character: str) -> str:
    return "".join(unicodedata.normalize("NFKD", character).split())
