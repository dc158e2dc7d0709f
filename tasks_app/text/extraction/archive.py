"""Zip files that may be hostile: everything is counted while it is unpacked, nothing is believed."""

import zipfile
import zlib
from pathlib import Path

from tasks_app.text.extraction.limits import Limits
from tasks_app.text.extraction.result import Unreadable

PIECE_BYTES = 256 * 1024
RATIO_FROM_BYTES = 4 * 1024**2
"""Less than this is harmless however well it was packed."""


def inspect(path: Path, limits: Limits) -> set[str]:
    """The names in the archive, all of which was unpacked.

    Raises Unreadable: archive_too_large, encrypted, damaged.
    """
    packed = path.stat().st_size
    unpacked = 0
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > limits.archive_entries:
                raise Unreadable("archive_too_large")
            for entry in entries:
                if entry.flag_bits & 0x1:
                    raise Unreadable("encrypted")
                with archive.open(entry) as member:
                    while piece := member.read(PIECE_BYTES):
                        unpacked += len(piece)
                        _judge(unpacked, packed, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise Unreadable("damaged") from error
    return {entry.filename for entry in entries}


def _judge(unpacked: int, packed: int, limits: Limits) -> None:
    bomb = unpacked > RATIO_FROM_BYTES and unpacked > packed * limits.archive_ratio
    if bomb or unpacked > limits.archive_bytes:
        raise Unreadable("archive_too_large")
