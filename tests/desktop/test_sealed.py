"""What only a passphrase or a key opens: read from any place, refused where a byte is off."""

from __future__ import annotations

import io
import random

import pytest

from desktop import sealed
from desktop.sealed import PIECE, Lock, Opened, Sealing
from fleet.errors import CommandError

QUICK = 4  # of scrypt: a test need not keep anybody out
WORDS = Lock("correct horse", work=QUICK)


def closed(data: bytes, lock: Lock = WORDS) -> bytes:
    out = io.BytesIO()
    with Sealing(out, lock) as file:
        file.write(data)
    return out.getvalue()


def opened(data: bytes, lock: Lock = WORDS) -> bytes:
    return io.BufferedReader(Opened(io.BytesIO(data), lock)).read()


def refusal(data: bytes, lock: Lock = WORDS) -> str:
    with pytest.raises(CommandError) as refused:
        opened(data, lock)
    return refused.value.code


SIZES = (0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE)


@pytest.mark.parametrize("size", SIZES)
def test_what_was_closed_opens_as_it_was(size):
    data = random.Random(size).randbytes(size)
    assert opened(closed(data)) == data


def test_a_key_closes_with_its_public_half_and_opens_with_its_secret_one():
    key = sealed.new_key()
    data = closed(b"the whole house", Lock(key=sealed.public(key)))
    assert opened(data, Lock(key=key)) == b"the whole house"
    assert refusal(data, Lock(key=sealed.public(key))) == "sealed_wrong"
    assert refusal(data, Lock(key=sealed.new_key())) == "sealed_wrong"
    assert refusal(data) == "sealed_wrong"


def test_another_passphrase_does_not_open_it():
    assert refusal(closed(b"secret"), Lock("correct house")) == "sealed_wrong"
    assert refusal(closed(b"secret"), Lock("")) == "sealed_wrong"


def test_it_is_read_from_any_place():
    data = random.Random(1).randbytes(2 * PIECE + 100)
    file = io.BufferedReader(Opened(io.BytesIO(closed(data)), WORDS))
    for at in (2 * PIECE + 90, 5, PIECE - 3):
        file.seek(at)
        assert file.read(10) == data[at : at + 10]
    assert file.seek(-7, io.SEEK_END) == len(data) - 7
    assert file.read() == data[-7:]


@pytest.mark.parametrize("cut", [1, 17, PIECE + 16, PIECE + 17])
def test_a_cut_one_is_refused_before_anything_is_believed(cut):
    data = closed(bytes(3 * PIECE))
    with pytest.raises(CommandError, match="sealed_damaged"):
        Opened(io.BytesIO(data[:-cut]), WORDS)


@pytest.mark.parametrize("_again", range(5))  # salts and keys are new each time
def test_every_changed_byte_is_noticed(_again):
    data = closed(b"sixteen bytes...")
    for place in range(len(data)):
        bent = bytearray(data)
        bent[place] ^= 1
        assert refusal(bytes(bent)).startswith("sealed_")


def test_pieces_that_changed_places_are_noticed():
    data = closed(bytes(PIECE) + b"\1" * PIECE + b"end")
    start = len(data) - (2 * (PIECE + 16) + 19)
    one, two, end = (
        data[start : start + PIECE + 16],
        data[start + PIECE + 16 : -19],
        data[-19:],
    )
    assert refusal(data[:start] + two + one + end) == "sealed_damaged"


def test_a_file_may_not_ask_for_hours_of_work():
    data = closed(b"x").replace(b" 4\n", b" 40\n", 1)
    assert refusal(data) == "sealed_unknown"


def test_a_file_without_its_end_is_seen_as_cut():
    out = io.BytesIO()
    file = Sealing(out, WORDS)
    file.write(bytes(2 * PIECE))
    assert refusal(out.getvalue()) == "sealed_damaged"
    file.close()


@pytest.mark.parametrize("size", SIZES)
def test_another_program_of_this_format_opens_ours_and_we_open_its(size):
    pyrage = pytest.importorskip("pyrage")  # the format's library in Rust; tests alone use it
    data = random.Random(size).randbytes(size)
    assert pyrage.passphrase.decrypt(closed(data), "correct horse") == data
    theirs = pyrage.passphrase.encrypt(data, "correct horse") if size == 1 else None
    assert theirs is None or opened(theirs, Lock("correct horse")) == data


def test_another_program_opens_what_is_closed_for_a_key():
    pyrage = pytest.importorskip("pyrage")
    theirs = pyrage.x25519.Identity.generate()
    ours = Lock(key=_of_bech32(str(theirs.to_public())))
    assert pyrage.decrypt(closed(b"for the heirs", ours), [theirs]) == b"for the heirs"


def _of_bech32(text: str) -> bytes:
    """Return the bytes that "age1..." says (BIP 173); its check is not looked at."""
    alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    number = 0
    words = [alphabet.index(one) for one in text.removeprefix("age1")[:-6]]
    for word in words:
        number = number << 5 | word
    spare = len(words) * 5 % 8
    return (number >> spare).to_bytes(32, "big")
