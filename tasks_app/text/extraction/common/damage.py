"""What a library's error says about the file it was reading."""

from lxml import etree

from tasks_app.text.extraction.common.result import Unreadable


def meaning(error: Exception) -> Exception:
    """MemoryError where memory ran out, which lxml reports as a fault of syntax; else Unreadable: damaged."""
    if isinstance(error, etree.XMLSyntaxError) and error.code == etree.ErrorTypes.ERR_NO_MEMORY:
        return MemoryError()
    return Unreadable("damaged")
