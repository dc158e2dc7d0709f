"""Packed answers are unpacked in small pieces, whatever they hold."""

import gzip
import zlib

import pytest

from tasks_app.providers.fetching.decompression import PIECE, Decompressor


def test_a_bomb_grows_piece_by_piece() -> None:
    bomb = gzip.compress(bytes(100 * PIECE))
    sizes = [len(piece) for piece in Decompressor().pieces(bomb)]
    assert max(sizes) <= PIECE
    assert sum(sizes) == 100 * PIECE


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_bytes_come_one_at_a_time(pack: object) -> None:
    assert callable(pack)
    unpacking = Decompressor()
    packed = pack("議事録".encode() * 100)
    found = b"".join(piece for byte in packed for piece in unpacking.pieces(bytes([byte])))
    assert found == "議事録".encode() * 100
    assert unpacking.whole


def test_several_streams_one_after_the_other() -> None:
    unpacking = Decompressor()
    assert b"".join(unpacking.pieces(gzip.compress(b"a") + gzip.compress(b"b"))) == b"ab"


def test_cut_off() -> None:
    unpacking = Decompressor()
    list(unpacking.pieces(gzip.compress(b"a" * 100)[:-3]))
    assert not unpacking.whole
