"""Which encoding bytes are in: those of Japanese first, then those of other languages.

The order matters: marks that prove an encoding come first, then UTF-8, which other encodings hardly ever satisfy by
chance, then the two Japanese ones, distinguished by how Japanese each reading looks. Short Japanese texts are where
detectors for all languages fail (decision 0056); they are asked where no Japanese reading is convincing.
"""

import codecs
import re
from collections.abc import Sequence

from tasks_app.text.japanese.escape_sequences import ESCAPES, decode_escaped
from tasks_app.text.japanese.plausibility import CONVINCING, plausibility

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""UTF-32 before UTF-16: its little-endian mark begins with that of UTF-16."""

JAPANESE = (
    (("cp932", "cp932"), ("shift_jis_2004", "shift_jis_2004")),
    (("euc_jp", "euc-jp"), ("euc_jis_2004", "euc-jp")),
)
"""Each family's codecs with their names: that of Windows before JIS X 0213, which puts other characters where vendors
put theirs; the second of EUC also knows characters such as ① that vendors added."""

SAMPLE = 20_000
"""Characters, or bytes, that are looked at."""

MARGIN = 0.05
"""By how much another language must look more plausible than Japanese."""

MIN_WITHOUT_KANA = 20
"""From so many characters on Japanese without any kana is rare, and a language that is as plausible is preferred."""

MIN_SINGLE_BYTES = 0.75
"""Share of bytes beyond ASCII between two ASCII ones: letters with accents and signs of Western texts; Japanese ones
come in rows."""

_KANA = re.compile("[ぁ-ゖァ-ヺー]")
_OTHER_JAPANESE = re.compile("[一-鿿々〆、。「」（）・　０-９Ａ-Ｚａ-ｚ]")
_IDEOGRAPH = re.compile("[一-鿿]")
_HALF_WIDTH_KANA = re.compile("[\uff61-\uff9f]")
_UNLIKELY = re.compile("[\x80-\x9f\ue000-\uf8ff\ufffd]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffd]")
_HIGH = re.compile(rb"[\x80-\xff]")
_SINGLE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")

Reading = tuple[str, str]
"""A text, and the name of its encoding as Python knows it."""


def decode(data: bytes) -> Reading:
    """The text of `data` and its encoding.

    Bytes that no encoding explains become U+FFFD; `unreadable_share` says whether those are few, and `plausibility`
    whether the text looks like one.
    """
    proven = decode_proven(data)
    if proven:
        return proven
    japanese = _japanese(data)
    if japanese and _is_convincing(japanese[0], data):
        return japanese
    readings = [reading for reading in (japanese, _western(data), _by_detector(data)) if reading]
    return _best(readings) if readings else _damaged(data)


def decode_proven(data: bytes) -> Reading | None:
    """The text where its bytes leave no doubt: a byte order mark, escape sequences, UTF-8."""
    for mark, name in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(name, "replace"), name
    if ESCAPES.search(data):
        return decode_escaped(data), "iso-2022-jp"
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return None


def unreadable_share(text: str) -> float:
    """How much of `text` is control and replacement characters, 0 to 1."""
    return len(_CONTROL.findall(text)) / len(text) if text else 0.0


def _japanese(data: bytes) -> Reading | None:
    """The more Japanese of the readings without a fault."""
    readings = [reading for family in JAPANESE if (reading := _strictly(data, family))]
    return max(readings, key=_japaneseness) if readings else None


def _is_convincing(text: str, data: bytes) -> bool:
    sample = text[:SAMPLE]
    if _HALF_WIDTH_KANA.search(sample) and not _UNLIKELY.search(sample) and not _is_western(data):
        return plausibility(sample) >= CONVINCING
    return bool(_KANA.search(sample)) and plausibility(sample) >= CONVINCING


def _western(data: bytes) -> Reading | None:
    return _strictly(data, (("cp1252", "cp1252"),)) if _is_western(data) else None


def _is_western(data: bytes) -> bool:
    high = len(_HIGH.findall(data[:SAMPLE]))
    return high > 0 and len(_SINGLE.findall(data[:SAMPLE])) >= MIN_SINGLE_BYTES * high


def _by_detector(data: bytes) -> Reading | None:
    from charset_normalizer import from_bytes  # takes long to load, and few texts need it

    found = from_bytes(data[:SAMPLE].rpartition(b"\n")[0] or data[:SAMPLE]).best()
    return _strictly(data, ((found.encoding, found.encoding),)) if found else None


def _best(readings: Sequence[Reading]) -> Reading:
    """The first, unless another is more plausible by a margin; Western texts are known by their bytes."""
    western = next((reading for reading in readings if reading[1] == "cp1252"), None)
    if western and plausibility(western[0][:SAMPLE]) >= CONVINCING:
        return western
    best, *others = readings
    text = best[0][:SAMPLE]
    margin = 0.0 if len(_IDEOGRAPH.findall(text)) >= MIN_WITHOUT_KANA and not _KANA.search(text) else MARGIN
    for other in others:
        if plausibility(other[0][:SAMPLE]) >= plausibility(text) + margin:
            best = other
    return best


def _damaged(data: bytes) -> Reading:
    """The reading with the least that is wrong, where every one has a fault."""
    readings = [
        (data.decode("cp932", "replace"), "cp932"),
        (data.decode("euc_jis_2004", "replace"), "euc-jp"),
        (data.decode("utf-8", "replace"), "utf-8"),
    ]
    return max(readings, key=_japaneseness)


def _strictly(data: bytes, codec_names: Sequence[tuple[str, str]]) -> Reading | None:
    for codec, name in codec_names:
        try:
            return data.decode(codec), name
        except UnicodeDecodeError:
            continue
    return None


def _japaneseness(reading: Reading) -> float:
    """EUC-JP read as CP932 turns into half-width kana; that is rare in real text, kana are not."""
    text = reading[0][:SAMPLE]
    return (
        2.0 * len(_KANA.findall(text))
        + len(_OTHER_JAPANESE.findall(text))
        - 0.5 * len(_HALF_WIDTH_KANA.findall(text))
        - 5.0 * len(_UNLIKELY.findall(text))
    )
