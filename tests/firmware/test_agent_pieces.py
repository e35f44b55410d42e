"""The map of what is here is never ahead of the disk."""

import os
import random

import pytest

from firmware import agent_pieces
from firmware.agent_pieces import Pieces

BODY = bytes(range(256)) * 100
CHUNK = 100
COUNT = len(BODY) // CHUNK
ORDER = random.Random(3).sample(range(COUNT), COUNT)


def piece(number: int) -> bytes:
    return BODY[number * CHUNK : (number + 1) * CHUNK]


def opened(path=None, size: int = len(BODY), chunk: int = CHUNK) -> Pieces:
    return Pieces(size, chunk, path)


@pytest.mark.parametrize("kept", [True, False])
def test_pieces_in_any_order_make_the_file(tmp_path, kept):
    with opened(tmp_path / "x.pieces" if kept else None) as pieces:
        assert all(pieces.put(number, piece(number)) for number in ORDER)
        assert pieces.missing == []
        assert b"".join(pieces.get(number) for number in range(COUNT)) == BODY


def test_a_piece_is_taken_once_and_only_where_it_fits():
    with opened(size=250) as pieces:
        assert pieces.put(0, b"x" * 100)
        assert not pieces.put(0, b"y" * 100)
        assert not pieces.put(1, b"x" * 99)
        assert not pieces.put(2, b"x" * 100)  # the last has 50
        assert not pieces.put(3, b"")
        assert not pieces.put(-1, b"x" * 100)
        assert pieces.put(2, b"x" * 50)
        assert pieces.missing == [1]


def test_after_a_cut_at_any_moment_every_marked_piece_is_on_the_disk(tmp_path, monkeypatch):
    """What the disk surely holds is what it held at the last sync."""
    path, on_disk = tmp_path / "x.pieces", b""
    sync = os.fsync

    def synced(handle: int) -> None:
        nonlocal on_disk
        sync(handle)
        on_disk = path.read_bytes() if path.exists() else b""

    monkeypatch.setattr(os, "fsync", synced)
    with opened(path) as pieces:
        for number in ORDER:
            pieces.put(number, piece(number))
            _, _, marks = path.with_suffix(".map").read_bytes().partition(b"\n")
            marked = [number for number in range(COUNT) if marks[number]]
            for one in marked:
                assert on_disk[one * CHUNK : (one + 1) * CHUNK] == piece(one)
    assert len(marked) == COUNT - COUNT % 64


def test_what_is_marked_is_gone_on_with(tmp_path):
    path = tmp_path / "x.pieces"
    with opened(path) as pieces:
        for number in range(100):
            pieces.put(number, piece(number))
    assert agent_pieces.chunk_kept(path) == CHUNK
    with opened(path) as pieces:
        assert pieces.missing == list(range(64, COUNT))
        assert pieces.get(63) == piece(63)


@pytest.mark.parametrize("change", [{"size": 25_599}, {"chunk": 200}])
def test_a_map_of_other_bytes_is_begun_anew(tmp_path, change):
    path = tmp_path / "x.pieces"
    with opened(path) as pieces:
        for number in range(100):
            pieces.put(number, piece(number))
    with opened(path, **change) as pieces:
        assert len(pieces.missing) == pieces.count


@pytest.mark.parametrize(
    "spoilt",
    [b"", b"{}\n", b"[" * 9999, b'{"size": 25600, "chunk": 100}\n', b'{"chunk": -1}', b"\xff"],
)
def test_a_spoilt_map_is_begun_anew(tmp_path, spoilt):
    path = tmp_path / "x.pieces"
    path.write_bytes(BODY)
    path.with_suffix(".map").write_bytes(spoilt)
    assert agent_pieces.chunk_kept(path) in {0, CHUNK}
    with opened(path) as pieces:
        assert len(pieces.missing) == COUNT


def test_a_map_without_its_bytes_is_begun_anew(tmp_path):
    path = tmp_path / "x.pieces"
    with opened(path) as pieces:
        for number in range(100):
            pieces.put(number, piece(number))
    path.unlink()
    with opened(path) as pieces:
        assert len(pieces.missing) == COUNT


@pytest.mark.parametrize(
    ("file", "kept"),
    [
        (f"targets/fw/acme/{'a' * 64}.lamp.bin", True),
        (f"targets/{'a' * 64}.lamp.bin", True),
        ("targets/fw/acme/lamp.bin", False),
        ("metadata/timestamp.json", False),
        (f"targets/fw/{'a' * 63}.x", False),
    ],
)
def test_only_what_is_named_by_its_hash_is_kept(tmp_path, file, kept):
    assert (agent_pieces.place(tmp_path, file) is not None) is kept
