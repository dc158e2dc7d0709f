"""Text as it may be stored: what PostgreSQL cannot hold is taken out."""

import re

_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n?")


def storable(text: str) -> str:
    """`text` with line ends as \\n, without NUL, and with each lone surrogate replaced by U+FFFD.

    NULs are dropped rather than refused: they come as padding or from faulty fonts and carry no meaning.
    """
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _LINE_END.sub("\n", text.replace("\0", ""))
