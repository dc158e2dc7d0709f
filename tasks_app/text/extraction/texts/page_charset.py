"""How a web page is encoded."""

import re
from codecs import lookup

from tasks_app.text.japanese.encoding import SAMPLE, decode, decode_proven
from tasks_app.text.japanese.plausibility import NONSENSE, plausibility

CODECS = {
    "iso-8859-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
}
"""By the names of encodings that browsers read otherwise than they are named (WHATWG, Encoding, 4.2)."""

JAPANESE = ("cp932", "shift_jis", "shift_jis_2004", "euc_jp", "euc_jis_2004", "iso2022_jp")

_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_MARKUP = re.compile(r"<[^>]{0,1000}>")


def decoded(data: bytes, charset: str) -> tuple[str, str]:
    """As `encoding.decode`. What is declared counts where the bytes prove nothing, and not among Japanese encodings.

    `charset` is what the page's server called it; it counts before what the page says of itself (HTML 13.2.3.1).
    """
    found = decode_proven(data)
    if found:
        return found
    declared = _DECLARED.search(data[:4096])
    own = declared[1].decode("ascii", "replace") if declared else ""
    codec = _codec(charset or own)
    if codec and codec not in JAPANESE:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            return decode(data)
        if plausibility(_seen(text)) >= NONSENSE:
            return text, codec
    return decode(data)


def _codec(label: str) -> str:
    """Python's name of an encoding, empty for what is none of text."""
    try:
        found = lookup(CODECS.get(label.lower(), label))
        "".encode(found.name)
    except LookupError:
        return ""
    return found.name.replace("-", "_")


def _seen(text: str) -> str:
    """Roughly the text of the page's beginning without its markup."""
    return _MARKUP.sub("", text[:SAMPLE])
