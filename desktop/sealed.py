"""Files that only a passphrase or a key opens, in the format of age (age-encryption.org/v1).

Any program of that format opens them as well, so nobody depends on ours to get at what is theirs.
Of its kinds of recipients there are two: `scrypt` for a passphrase and `X25519` for a key of 32
bytes, one a file. The body is cut into pieces of 64 KiB, each with its number and whether it is the
last, so nothing can be cut off, moved or changed unseen.

Source: the specification of the format, C2SP/C2SP age.md.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import io
import os
import secrets
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from fleet.errors import CommandError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

MAGIC = b"age-encryption.org/v1\n"
PIECE = 64 * 1024
WORK = 18
"""Of scrypt, as a power of two: about a second, and 256 MiB."""

_MOST_WORK = 20  # a file may not ask for more: its maker need not be a friend
_TAG = 16
_LINE = 64
_HEADER_MOST = 4096
_LABEL = b"age-encryption.org/v1/"


@dataclass(frozen=True, slots=True)
class Lock:
    """What opens a file: a passphrase, or the 32 bytes of a key; to write, its public half."""

    passphrase: str = ""
    key: bytes = b""
    work: int = WORK


def new_key() -> bytes:
    """Return a secret key of 32 bytes; files are made for its `public` half."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public(key: bytes) -> bytes:
    """Return the half of a secret key that only closes."""
    return X25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()


def is_sealed(start: bytes) -> bool:
    """Whether a file that begins so is one of these."""
    return start.startswith(MAGIC)


class Sealing(io.RawIOBase):
    """A file that is written sealed; `close` ends it: without that it is cut, and seen as such."""

    def __init__(self, out: IO[bytes], lock: Lock) -> None:
        super().__init__()
        file_key = secrets.token_bytes(16)
        head = MAGIC + _stanza(file_key, lock) + b"---"
        out.write(head + b" " + _b64(_mac(file_key, head)) + b"\n")
        nonce = secrets.token_bytes(16)
        out.write(nonce)
        self._out, self._cipher = out, ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
        self._waiting, self._number = bytearray(), 0

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        """Take all of `data`."""
        taken = memoryview(data).nbytes
        self._waiting += data
        while len(self._waiting) > PIECE:  # a full piece may be the last one: it is kept back
            self._put(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return taken

    def close(self) -> None:
        """Write the last piece; the file below stays open."""
        if not self.closed:
            self._put(bytes(self._waiting), last=True)
            self._waiting.clear()
            super().close()

    def _put(self, piece: bytes, *, last: bool) -> None:
        nonce = _nonce(self._number, last=last)
        self._out.write(self._cipher.encrypt(nonce, piece, None))
        self._number += 1


class Opened(io.RawIOBase):
    """The contents of a sealed file, to be read from any place; each piece is verified.

    CommandError: sealed_wrong (this passphrase or key does not open it), sealed_damaged,
    sealed_unknown (closed in a way of age that we do not know).
    """

    def __init__(self, file: IO[bytes], lock: Lock) -> None:
        super().__init__()
        self._file = file
        file_key = _opened(file, lock)
        nonce = file.read(16)
        self._start = file.tell()
        self._cipher = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
        stored = file.seek(0, os.SEEK_END) - self._start
        self._pieces = max(1, -(-stored // (PIECE + _TAG)))
        self._size = stored - self._pieces * _TAG
        self._at, self._number, self._piece = 0, -1, b""
        if len(nonce) != 16 or self._size < 0:  # noqa: PLR2004 - as it is written
            raise CommandError("sealed_damaged")
        self._load(self._pieces - 1)  # whether the end is there, before anything is believed

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a place of the contents."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Give what is at this place, of one piece at most."""
        number, within = divmod(self._at, PIECE)
        if self._at >= self._size:
            return 0
        self._load(number)
        into = memoryview(buffer).cast("B")
        part = self._piece[within : within + len(into)]
        into[: len(part)] = part
        self._at += len(part)
        return len(part)

    def _load(self, number: int) -> None:
        if number == self._number:
            return
        self._file.seek(self._start + number * (PIECE + _TAG))
        stored = self._file.read(PIECE + _TAG)
        try:
            nonce = _nonce(number, last=number == self._pieces - 1)
            self._piece = self._cipher.decrypt(nonce, stored, None)
        except InvalidTag as error:
            raise CommandError("sealed_damaged") from error
        self._number = number


def _stanza(file_key: bytes, lock: Lock) -> bytes:
    """Return the part of the header by which `lock` gets at the key of the file."""
    if lock.key:
        mine = X25519PrivateKey.generate()
        share = mine.public_key().public_bytes_raw()
        shared = mine.exchange(X25519PublicKey.from_public_bytes(lock.key))
        wrap = _wrap_key(shared, share, lock.key)
        words = b"X25519 " + _b64(share)
    else:
        salt = secrets.token_bytes(16)
        wrap = _stretched(lock.passphrase, salt, lock.work)
        words = b"scrypt " + _b64(salt) + b" " + str(lock.work).encode()
    body = _b64(ChaCha20Poly1305(wrap).encrypt(bytes(12), file_key, None))
    return b"-> " + words + b"\n" + body + b"\n"


def _opened(file: IO[bytes], lock: Lock) -> bytes:
    """Read the header, and return the key of the file; `file` is then behind the header."""
    start = file.read(_HEADER_MOST)
    head, found, rest = start.partition(b"\n---")
    mac, ended, _ = rest.partition(b"\n")
    lines = head.split(b"\n")
    if not is_sealed(start) or not found or not ended or len(lines) != 3:  # noqa: PLR2004 - magic, words, body
        raise CommandError("sealed_damaged" if is_sealed(start) else "sealed_unknown")
    _, words, body = lines
    file_key = _unwrapped(words.split(b" ")[1:], _plain(body), lock)
    file.seek(len(head) + len(found) + len(mac) + 1)
    if not hmac.compare_digest(_mac(file_key, head + found), _plain(mac.strip())):
        raise CommandError("sealed_damaged")
    return file_key


def _unwrapped(words: list[bytes], body: bytes, lock: Lock) -> bytes:
    match words:
        case [b"scrypt", salt, work] if work.isdigit() and 0 < int(work) <= _MOST_WORK:
            wrap = _stretched(lock.passphrase, _plain(salt), int(work)) if lock.passphrase else b""
        case [b"X25519", share] if len(_plain(share)) == 32:  # noqa: PLR2004 - bytes of a point
            wrap = _agreed(lock.key, _plain(share))
        case _:
            raise CommandError("sealed_unknown")
    try:
        return ChaCha20Poly1305(wrap).decrypt(bytes(12), body, None) if wrap else _no_key()
    except InvalidTag as error:
        raise CommandError("sealed_wrong") from error


def _no_key() -> bytes:
    raise CommandError("sealed_wrong")


def _agreed(key: bytes, share: bytes) -> bytes:
    """Return what wraps the key of the file, by the secret half of a key; b"": there is none."""
    if len(key) != 32:  # noqa: PLR2004 - bytes of a key
        return b""
    try:
        shared = X25519PrivateKey.from_private_bytes(key).exchange(
            X25519PublicKey.from_public_bytes(share)
        )
    except ValueError as error:  # a point of low order
        raise CommandError("sealed_damaged") from error
    return _wrap_key(shared, share, public(key))


def _wrap_key(shared: bytes, share: bytes, recipient: bytes) -> bytes:
    return _derived(shared, share + recipient, _LABEL + b"X25519")


def _stretched(passphrase: str, salt: bytes, work: int) -> bytes:
    made = Scrypt(salt=_LABEL + b"scrypt" + salt, length=32, n=1 << work, r=8, p=1)
    return made.derive(passphrase.encode())


def _derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(key)


def _mac(file_key: bytes, head: bytes) -> bytes:
    return hmac.digest(_derived(file_key, b"", b"header"), head, hashlib.sha256)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _b64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _plain(text: bytes) -> bytes:
    """Return what `text` says, written the one way it may be: the last letter has bits to spare."""
    try:
        plain = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise CommandError("sealed_damaged") from error
    if _b64(plain) != text:
        raise CommandError("sealed_damaged")
    return plain
