"""A private key as an encrypted PEM file, its passphrase stretched with scrypt; child process only.

A file is one line of preface and a PEM block (RFC 7468, section 2, allows text before a block):

    orangery-key: 1 scrypt n=131072 r=8 p=1 salt=<32 hex digits> mac=<64 hex digits>
    -----BEGIN ENCRYPTED PRIVATE KEY-----

scrypt(passphrase, salt) (RFC 7914) gives 64 bytes: the hex of the first half opens the block
(PKCS8, RFC 5958), the second half is the key of the HMAC-SHA256 of the block's text. The block
alone is AES in CBC mode, where a flipped bit opens as another key without a word. Files of the
first version have no preface: there the passphrase itself opens the block.
"""

from __future__ import annotations

import binascii
import hmac
import re
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from firmware.errors import PublishError

FILE_MAX = 16 * 1024  # bytes; an ML-DSA key takes 0.5 KiB

_PREFACE = re.compile(
    rb"orangery-key: 1 scrypt n=(\d{1,9}) r=(\d{1,3}) p=(\d{1,3})"
    rb" salt=([0-9a-f]{32}) mac=([0-9a-f]{64})\n"
)
_BLOCK = re.compile(
    rb"-----BEGIN ENCRYPTED PRIVATE KEY-----\n([A-Za-z0-9+/=\n]+)"
    rb"-----END ENCRYPTED PRIVATE KEY-----\n*"
)
_N = range(14, 19)  # as powers of two: 16 MiB to 256 MiB with r=8
_P = range(1, 5)
_R = 8
_SALT = 16  # bytes


@dataclass(frozen=True, slots=True)
class Stretch:
    """How dear one guess of a passphrase is; ValueError out of bounds.

    Bounds: n 2^14 to 2^18, r 8, p 1 to 4. A file says what it was made with, so they are also what
    a hostile file may ask of us. The default costs 128 MiB and about a third of a second.
    """

    n: int = 2**17
    r: int = _R
    p: int = 1

    def __post_init__(self) -> None:
        if self.n not in {2**power for power in _N} or self.r != _R or self.p not in _P:
            raise ValueError("scrypt parameters out of bounds")

    def keys(self, passphrase: str, salt: bytes) -> tuple[bytes, bytes]:
        """Return what opens the PEM block, and the key of its MAC."""
        kdf = Scrypt(salt=salt, length=64, n=self.n, r=self.r, p=self.p)
        derived = kdf.derive(passphrase.encode())
        return derived[:32].hex().encode(), derived[32:]


STRETCH = Stretch()


def locked(key: PrivateKeyTypes, passphrase: str, stretch: Stretch, salt: bytes) -> str:
    """Return the text of a key's file. `salt`: 16 fresh random bytes."""
    if len(salt) != _SALT:
        raise ValueError("a salt has 16 bytes")
    phrase, mac_key = stretch.keys(passphrase, salt)
    shut = BestAvailableEncryption(phrase)
    block = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, shut)
    cost = f"n={stretch.n} r={stretch.r} p={stretch.p}"
    mac = hmac.digest(mac_key, block, "sha256").hex()
    return f"orangery-key: 1 scrypt {cost} salt={salt.hex()} mac={mac}\n{block.decode()}"


def opened(file: Path, passphrase: str) -> PrivateKeyTypes:
    """Return the key in a file of ours. PublishError: key_unreadable, wrong_passphrase."""
    try:
        with file.open("rb") as source:
            body = source.read(FILE_MAX + 1)
    except OSError as error:
        raise PublishError("key_unreadable", file=file) from error
    preface = _PREFACE.match(body)
    block = body[preface.end() :] if preface else body
    if len(body) > FILE_MAX or not _whole(block):
        raise PublishError("key_unreadable", file=file)
    phrase = _phrase(file, preface, block, passphrase) if preface else passphrase.encode()
    try:
        return load_pem_private_key(block, phrase)
    except (UnsupportedAlgorithm, MemoryError) as error:
        raise PublishError("key_unreadable", file=file) from error
    except (ValueError, TypeError) as error:
        raise PublishError("wrong_passphrase", file=file) from error


def _phrase(file: Path, preface: re.Match[bytes], block: bytes, passphrase: str) -> bytes:
    n, r, p, salt, mac = (text.decode() for text in preface.groups())
    try:
        phrase, mac_key = Stretch(int(n), int(r), int(p)).keys(passphrase, bytes.fromhex(salt))
    except (ValueError, MemoryError) as error:
        raise PublishError("key_unreadable", file=file) from error
    if not hmac.compare_digest(hmac.digest(mac_key, block, "sha256").hex(), mac):
        raise PublishError("wrong_passphrase", file=file)  # damage looks the same
    return phrase


def _whole(block: bytes) -> bool:
    """Whether this is one PEM block, not cut off: its outermost length is that of what is there."""
    found = _BLOCK.fullmatch(block)
    if not found:
        return False
    try:
        der = b64decode(found[1].replace(b"\n", b""), validate=True)
    except binascii.Error:
        return False
    if len(der) < 2 or der[0] != 0x30:  # noqa: PLR2004 - a DER SEQUENCE (X.690, 8.1)
        return False
    short = der[1] < 0x80  # noqa: PLR2004 - the length itself, else how many bytes it takes
    count = 0 if short else der[1] & 0x7F
    length = der[1] if short else int.from_bytes(der[2 : 2 + count], "big")
    return len(der) == 2 + count + length
