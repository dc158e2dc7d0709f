"""Where a quotation is in a text: the same words, whatever the forms of their characters and the space between them."""

import re

from tasks_app.text.japanese.folding import Folded, squeeze

_SEPARATORS = re.compile(r"(?<=\d),(?=\d{3})")
_NUMBERS = re.compile(r"\d+(?:\.\d+)?")


class Quotable(Folded):
    """A text in which quotations are looked up; `offset` is where it begins in a larger one."""

    def holds(self, words: str, start: int, end: int) -> bool:
        """Whether `words` stand somewhere within the offsets; nothing but space never does."""
        wanted = squeeze(words)
        return bool(wanted) and wanted in self.between(start, end)

    def lacks_numbers(self, words: str) -> bool:
        """Whether `words` contain a number that the text does not hold."""
        return not numbers(words) <= numbers(self.text, squeezed=True)


def numbers(text: str, *, squeezed: bool = False) -> set[str]:
    """Those written in digits, without separators of thousands."""
    plain = text if squeezed else squeeze(text)
    return set(_NUMBERS.findall(_SEPARATORS.sub("", plain)))
