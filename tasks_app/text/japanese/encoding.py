"""Which encoding Japanese bytes are in.

The order matters: marks that prove an encoding come first, then UTF-8, which other encodings hardly ever
satisfy by chance, then the two that are distinguished only by how Japanese each reading looks.
"""

import codecs
import re

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""UTF-32 before UTF-16: its little-endian mark begins with that of UTF-16."""

JIS_ESCAPES = re.compile(rb"\x1b(?:\$[@B]|\$\([DOQ]|\([BJI])")
EUC_CODECS = ("euc_jp", "euc_jis_2004")
"""The second also knows characters such as ① that vendors added."""

SAMPLE = 20_000
"""Characters read to tell CP932 from EUC-JP."""

_KANA = re.compile("[ぁ-ゖァ-ヺー]")
_OTHER_JAPANESE = re.compile("[一-鿿々〆、。「」（）・　０-９Ａ-Ｚａ-ｚ]")
_HALF_WIDTH_KANA = re.compile("[\uff61-\uff9f]")
_UNLIKELY = re.compile("[\x80-\x9f\ue000-\uf8ff\ufffd]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffd]")


def decode(data: bytes) -> tuple[str, str]:
    """The text of `data` and the name of its encoding as Python knows it.

    Bytes that no encoding explains become U+FFFD; `unreadable_share` says whether those are few.
    """
    for mark, name in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(name, "replace"), name
    if JIS_ESCAPES.search(data):
        return data.decode("iso2022_jp_ext", "replace"), "iso-2022-jp"
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _cp932_or_euc(data)


def unreadable_share(text: str) -> float:
    """How much of `text` is control and replacement characters, 0 to 1."""
    return len(_CONTROL.findall(text)) / len(text) if text else 0.0


def _cp932_or_euc(data: bytes) -> tuple[str, str]:
    readings = [
        (text, name)
        for name, codec_names in (("cp932", ("cp932",)), ("euc-jp", EUC_CODECS))
        if (text := _strictly(data, codec_names)) is not None
    ]
    if not readings:
        readings = [
            (data.decode("cp932", "replace"), "cp932"),
            (data.decode("euc_jis_2004", "replace"), "euc-jp"),
            (data.decode("utf-8", "replace"), "utf-8"),
        ]
    return max(readings, key=lambda reading: _japaneseness(reading[0][:SAMPLE]))


def _strictly(data: bytes, codec_names: tuple[str, ...]) -> str | None:
    for codec_name in codec_names:
        try:
            return data.decode(codec_name)
        except UnicodeDecodeError:
            continue
    return None


def _japaneseness(text: str) -> float:
    """EUC-JP read as CP932 turns into half-width kana; that is rare in real text, kana are not."""
    return (
        2.0 * len(_KANA.findall(text))
        + len(_OTHER_JAPANESE.findall(text))
        - 0.5 * len(_HALF_WIDTH_KANA.findall(text))
        - 5.0 * len(_UNLIKELY.findall(text))
    )
