"""A transfer that was cut goes on behind the last signed chunk, and never takes a byte too many."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware.agent_part import Part, PartError

BODY = bytes(range(256)) * 40
CHUNK = 1_000
DIGESTS = tuple(
    hashlib.sha256(BODY[at : at + CHUNK]).hexdigest() for at in range(0, len(BODY), CHUNK)
)
SHA256 = hashlib.sha256(BODY).hexdigest()


class Sender:
    """Sends BODY from a byte on, in pieces; remembers from where it was asked."""

    def __init__(self, body: bytes = BODY, upto: int | None = None) -> None:
        self.body, self.upto, self.asked = body, upto, []

    def __call__(self, first: int) -> Iterator[bytes]:
        self.asked.append(first)
        body = self.body[: self.upto]
        return (body[at : at + 300] for at in range(first, len(body), 300))


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "image.part"


def receive(path: Path, sender: Sender, *, signed: bool = True) -> None:
    more = {"chunk_size": CHUNK, "chunks": DIGESTS} if signed else {}
    Part(path).receive(sender, len(BODY), SHA256, **more)


@pytest.mark.parametrize("signed", [True, False])
def test_the_whole_is_written(path, signed):
    receive(path, Sender(), signed=signed)
    assert path.read_bytes() == BODY


@pytest.mark.parametrize(("came", "goes_on"), [(0, 0), (999, 0), (1_000, 1_000), (4_321, 4_000)])
def test_it_goes_on_behind_the_last_whole_signed_chunk(came, goes_on, path):
    with pytest.raises(EOFError):
        receive(path, Sender(upto=came))
    sender = Sender()
    receive(path, sender)
    assert (sender.asked, path.read_bytes()) == ([goes_on], BODY)


def test_a_chunk_that_was_spoilt_is_fetched_again_with_all_behind_it(path):
    path.write_bytes(BODY[:2_500] + b"!" + BODY[2_501:6_000])
    sender = Sender()
    receive(path, sender)
    assert (sender.asked, path.read_bytes()) == ([2_000], BODY)


def test_what_is_there_already_is_not_asked_for(path):
    path.write_bytes(BODY)
    sender = Sender()
    receive(path, sender)
    assert sender.asked == []


def test_without_signed_chunks_it_begins_anew(path):
    path.write_bytes(BODY[:5_000])
    sender = Sender()
    receive(path, sender, signed=False)
    assert (sender.asked, path.read_bytes()) == ([0], BODY)


def test_what_an_older_and_longer_image_left_is_cut_off(path):
    path.write_bytes(BODY * 2)
    receive(path, Sender(), signed=False)
    assert path.read_bytes() == BODY


@pytest.mark.parametrize("extra", [1, 5_000])
def test_a_byte_too_many_is_refused_before_it_is_written(extra, path):
    with pytest.raises(PartError, match="too long"):
        receive(path, Sender(BODY + b"x" * extra))
    assert path.read_bytes() == b""


def test_other_bytes_are_refused_and_not_kept(path):
    with pytest.raises(PartError, match="another digest"):
        receive(path, Sender(BODY[:-1] + b"!"))
    assert path.read_bytes() == b""
