"""Text as it may be stored, and as it may be shown."""

import re

_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n?")
_BREAKS = re.compile("[\v\f\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters
    "\u202a-\u202e\u2066-\u2069"  # turn the direction of what follows, so that it reads as something else
    "\u00ad\u200b\u2060\ufeff"  # invisible; they split words for a search
    "\U000e0000-\U000e007f]"  # letters that nobody sees and a model reads
)

_UNKNOWN = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010fffd]")


def storable(text: str) -> str:
    """`text` with line ends as \\n, without NUL, and with each lone surrogate replaced by U+FFFD.

    NULs are dropped rather than refused: they come as padding or from faulty fonts and carry no meaning.
    """
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _LINE_END.sub("\n", text.replace("\0", ""))


def readable(text: str) -> str:
    """`storable`, and without characters that are not seen but change how a text is shown, found or understood.

    Marks of direction for single characters and the joiners of emoji and of Indic and Arabic script stay.
    """
    return _UNSEEN.sub("", _BREAKS.sub("\n", storable(text)))


def unknown_characters(text: str) -> int:
    """How many characters of `text` only its author's fonts can show (gaiji), or were lost before."""
    return len(_UNKNOWN.findall(text))
