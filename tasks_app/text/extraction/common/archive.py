"""Zip files that may be hostile: everything is counted while it is unpacked, nothing is believed.

Nothing is ever unpacked to disk, so where an entry wants to be put does not matter.
"""

import zipfile
import zlib
from os import SEEK_END
from pathlib import Path
from typing import IO

from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.result import Unreadable

PIECE_BYTES = 256 * 1024
RATIO_FROM_BYTES = 4 * 1024**2
"""Less than this is harmless however well it was packed."""

XML_ENDINGS = (".xml", ".rels")
DECLARATIONS = tuple("<!DOCTYPE".encode(name) for name in ("utf-8", "utf-16-le", "utf-16-be"))
"""Office files must not declare entities (ECMA-376-2, 8.1.4); those that do want a parser to expand them."""

_OVERLAP = max(map(len, DECLARATIONS))


def inspect(file: "Path | IO[bytes]", limits: ExtractionLimits, extension: str, folder: str) -> None:
    """Unpack all of an Office file, whose content is below `folder`, and judge it.

    Raises Unreadable: archive_too_large, encrypted, damaged, forbidden_declaration, not_as_named.
    """
    packed = file.stat().st_size if isinstance(file, Path) else file.seek(0, SEEK_END)
    unpacked = 0
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            if len(entries) > limits.archive_entries:
                raise Unreadable("archive_too_large")
            for entry in entries:
                unpacked = _unpacked(archive, entry, unpacked, packed, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise Unreadable("damaged") from error
    if not any(entry.filename.startswith(folder) for entry in entries):
        raise Unreadable("not_as_named", extension=extension, found="ZIP")


def _unpacked(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, before: int, packed: int, limits: ExtractionLimits
) -> int:
    """Bytes unpacked of all entries up to and with this one."""
    if entry.flag_bits & 0x1:
        raise Unreadable("encrypted")
    is_xml = entry.filename.lower().endswith(XML_ENDINGS)
    tail = b""
    with archive.open(entry) as member:
        while piece := member.read(PIECE_BYTES):
            before += len(piece)
            _judge(before, packed, limits)
            if is_xml and any(mark in tail + piece for mark in DECLARATIONS):
                raise Unreadable("forbidden_declaration")
            tail = piece[-_OVERLAP:]
    return before


def _judge(unpacked: int, packed: int, limits: ExtractionLimits) -> None:
    bomb = unpacked > RATIO_FROM_BYTES and unpacked > packed * limits.archive_ratio
    if bomb or unpacked > limits.archive_bytes:
        raise Unreadable("archive_too_large")
