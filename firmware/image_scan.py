"""What lies in the bytes of an image besides its header: words, keys, certificates, emptiness.

It finds mistakes of people who mean well (LVFS keeps such a list for the same reason); who wants to
hide something from it can. Compressed payloads are looked into one level deep.
"""

from __future__ import annotations

import base64
import binascii
import re
import warnings
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_private_key

from firmware.image_archive import ArchiveError, content, members_of
from firmware.image_reads import CHUNK, at
from firmware.image_uf2 import BLOCK, payload_of

PHRASES = (
    "do not ship", "do not distribute", "not for release", "not for production",
    "internal use only", "test key", "test keys",
)  # fmt: skip
"""Said in any case, in ASCII or UTF-16, as words of their own."""

_INFLATED_MAX = 64 * 1024 * 1024  # of one compressed payload
_OBJECT_MAX = 16 * 1024  # bytes of a certificate or key
_OVERLAP = 2 * _OBJECT_MAX  # what a window repeats of the one before it: more than any match
_TRIES_MAX = 256  # things that look like a certificate or a key
_MARKS_MAX = 32
_PAGE = 4096
_BLANK = {fill * _PAGE: fill.hex() for fill in (b"\0", b"\xff")}

# Program code that reads keys holds the first line of a PEM key by itself; a key has base64 behind.
_BREAK = rb"(?:\\[rn]|\s){1,8}"
_PEM_KEY = re.compile(
    rb"-----BEGIN (?:[A-Z]{2,12} )?PRIVATE KEY-----" + _BREAK
    + rb"(?:[A-Za-z-]{1,20}: [^\r\n\\]{1,80}" + _BREAK + rb"){0,4}[A-Za-z0-9+/=]{16}"
)  # fmt: skip
_DER_KEY = re.compile(
    rb"\x30(?:\x82[\x00-\x1f].|\x81.|[\x20-\x7f])\x02\x01[\x00\x01][\x02\x04\x30]", re.DOTALL
)
_SECRETS = {  # the plain beginnings are looked for first: that is many times faster
    "aws access key": ((b"AKIA", b"ASIA"), re.compile(rb"\bA[KS]IA[A-Z0-9]{16}\b")),
    "github token": ((b"ghp_", b"gho_", b"ghs_"), re.compile(rb"\bgh[pos]_[A-Za-z0-9]{36}\b")),
    "slack token": ((b"xoxb-", b"xoxp-"), re.compile(rb"\bxox[bp]-[0-9A-Za-z-]{20,72}")),
}
_DER_CERTIFICATE = re.compile(
    rb"\x30\x82..\x30(?:\x82..|\x81.)\xa0\x03\x02\x01[\x00-\x02]", re.DOTALL
)
_PEM_CERTIFICATE = (b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A find: phrase, secret or private_key; `words` never holds the secret itself."""

    kind: str
    words: str
    place: str  # "fw.bin@0x1f00": in which part, and where


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """An X.509 certificate in the image."""

    subject: str
    starts: float  # seconds since the epoch
    ends: float
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What `scan` found. Depends on nothing but the bytes, so it may be kept by their digest."""

    marks: tuple[Mark, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    longest: int = 0  # bytes of the longest run of 0x00 or of 0xFF, to whole pages of 4096
    longest_share: float = 0.0  # of the layer it is in
    blank_share: float = 0.0  # of whole pages of 0x00 or 0xFF, in the emptiest layer
    complete: bool = True  # False: there was more than the limits let us look at


@dataclass(slots=True)
class _Found:
    marks: dict[tuple[str, str], Mark] = field(default_factory=dict)
    certificates: dict[bytes, Certificate] = field(default_factory=dict)
    tries: int = 0
    complete: bool = True
    longest: int = 0
    longest_share: float = 0.0
    blank_share: float = 0.0

    def try_one(self) -> bool:
        """Whether one more candidate may be parsed."""
        self.tries += 1
        self.complete = self.complete and self.tries <= _TRIES_MAX
        return self.tries <= _TRIES_MAX

    def mark(self, kind: str, words: str, place: str) -> None:
        if len(self.marks) < _MARKS_MAX:
            self.marks.setdefault((kind, words), Mark(kind=kind, words=words, place=place))
        else:
            self.complete = False


def scan(file: IO[bytes], form: str) -> Contents:
    """Look through an open image of the format `form`, in windows, and into its payloads."""
    found = _Found()
    _layer(found, "", _raw(file), pages=form in {"org1", "esp", "zigbee-ota", "unknown"})
    if form == "esp-gzip":
        _layer(found, "gzip", _inflated(found, _raw(file)), pages=True)
    elif form == "uf2":
        _layer(found, "uf2", _uf2(file), pages=True)
    elif form == "zip":
        _members(found, file)
    return Contents(
        marks=tuple(found.marks.values()),
        certificates=tuple(found.certificates.values()),
        longest=found.longest,
        longest_share=found.longest_share,
        blank_share=found.blank_share,
        complete=found.complete,
    )


# --- layers --------------------------------------------------------------------------------------


def _raw(file: IO[bytes]) -> Iterator[bytes]:
    offset = 0
    while block := at(file, offset, CHUNK):
        yield block
        offset += len(block)


def _uf2(file: IO[bytes]) -> Iterator[bytes]:
    for block in _raw(file):
        yield b"".join(payload_of(block[n : n + BLOCK]) for n in range(0, len(block), BLOCK))


def _members(found: _Found, file: IO[bytes]) -> None:
    """Look through each member, and through what is in it where that is gzip again."""
    try:
        for member in members_of(file, file.seek(0, 2)):
            _layer(found, member.name, content(file, member), pages=False)
            if next(content(file, member), b"").startswith(b"\x1f\x8b"):
                _layer(found, member.name, _inflated(found, content(file, member)), pages=False)
    except ArchiveError:  # the reader has said so already
        found.complete = False


def _inflated(found: _Found, blocks: Iterator[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(wbits=31)
    given = 0
    try:
        for block in blocks:
            rest = block
            while rest and not inflater.eof:
                piece = inflater.decompress(rest, CHUNK)
                rest = inflater.unconsumed_tail
                given += len(piece)
                if given > _INFLATED_MAX:
                    found.complete = False
                    return
                yield piece
    except zlib.error:
        found.complete = False


def _layer(found: _Found, name: str, blocks: Iterator[bytes], *, pages: bool) -> None:
    window, base, runs = b"", 0, _Runs()
    for block in _filled(blocks):
        if pages:
            runs.take(block)
        kept = window[-_OVERLAP:]
        base += len(window) - len(kept)
        window = kept + block
        _look(found, name, base, window)
    if pages:
        runs.note(found)


def _filled(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Give blocks of CHUNK, however small the pieces are: the windows' overlap must stay cheap."""
    kept = bytearray()
    for block in blocks:
        kept += block
        if len(kept) >= CHUNK:
            yield bytes(kept[:CHUNK])
            del kept[:CHUNK]
    if kept:
        yield bytes(kept)


@dataclass(slots=True)
class _Runs:
    size: int = 0
    blank: int = 0
    run: int = 0
    longest: int = 0
    last: str = ""

    def take(self, block: bytes) -> None:
        for start in range(0, len(block), _PAGE):
            fill = _BLANK.get(block[start : start + _PAGE], "")
            self.run = self.run + _PAGE if fill and fill == self.last else _PAGE * bool(fill)
            self.last = fill
            self.blank += _PAGE * bool(fill)
            self.longest = max(self.longest, self.run)
        self.size += len(block)

    def note(self, found: _Found) -> None:
        if self.longest > found.longest:
            found.longest, found.longest_share = self.longest, self.longest / self.size
        if self.size:
            found.blank_share = max(found.blank_share, self.blank / self.size)


# --- one window ----------------------------------------------------------------------------------


def _look(found: _Found, name: str, base: int, window: bytes) -> None:
    def place(offset: int) -> str:
        return f"{name}@{base + offset:#x}"

    _words(found, window, place)
    _keys(found, window, place)
    for offset, der in _certificates(window):
        if der not in found.certificates:
            if not found.try_one():
                break
            if certificate := _certificate(der, place(offset)):
                found.certificates[der] = certificate


def _words(found: _Found, window: bytes, place: Callable[[int], str]) -> None:
    lower = window.lower()
    for phrase in PHRASES:
        for wide in (False, True):
            if (offset := _phrase(lower, phrase, wide=wide)) >= 0:
                found.mark("phrase", phrase, place(offset))
    for words, (prefixes, pattern) in _SECRETS.items():
        if any(prefix in window for prefix in prefixes) and (match := pattern.search(window)):
            found.mark("secret", words, place(match.start()))


def _keys(found: _Found, window: bytes, place: Callable[[int], str]) -> None:
    if match := _PEM_KEY.search(window):
        found.mark("private_key", "PEM", place(match.start()))
    for match in _DER_KEY.finditer(window):
        if ("private_key", "DER") in found.marks or not found.try_one():
            break
        if _is_key(window[match.start() : match.start() + _OBJECT_MAX]):
            found.mark("private_key", "DER", place(match.start()))


def _phrase(lower: bytes, phrase: str, *, wide: bool) -> int:
    """Return where a phrase stands as words of its own, or -1."""
    step = 2 if wide else 1
    wanted = phrase.encode("utf-16-le" if wide else "ascii")
    offset = lower.find(wanted)
    while offset >= 0:
        end = offset + len(wanted)
        before, behind = lower[max(0, offset - step) : offset], lower[end : end + step]
        if not before[:1].isalnum() and not behind[:1].isalnum():
            return offset
        offset = lower.find(wanted, offset + 1)
    return -1


def _der_length(der: bytes) -> int:
    """Return how long the DER object is that begins here, with its head."""
    if der[1] < 0x80:  # noqa: PLR2004 - the short form
        return 2 + der[1]
    return 2 + (der[1] & 3) + int.from_bytes(der[2 : 2 + (der[1] & 3)], "big")


def _is_key(raw: bytes) -> bool:
    try:
        load_der_private_key(raw[: _der_length(raw)], password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def _certificates(window: bytes) -> Iterator[tuple[int, bytes]]:
    """Give the bytes of everything that looks like a certificate and is whole in this window."""
    for match in _DER_CERTIFICATE.finditer(window):
        start = match.start()
        length = _der_length(window[start : start + 4])
        if start + length <= len(window):
            yield start, window[start : start + length]
    first, last = _PEM_CERTIFICATE
    start = window.find(first)
    while start >= 0:
        end = window.find(last, start, start + _OBJECT_MAX)
        if end >= 0:
            body = window[start + len(first) : end].replace(b"\\r", b"").replace(b"\\n", b"")
            try:
                yield start, base64.b64decode(body)
            except binascii.Error:
                yield start, b""
        start = window.find(first, start + 1)


def _certificate(der: bytes, place: str) -> Certificate | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # how well it is made is not our business
            one = x509.load_der_x509_certificate(der)
            return Certificate(
                subject=one.subject.rfc4514_string()[:200],
                starts=one.not_valid_before_utc.timestamp(),
                ends=one.not_valid_after_utc.timestamp(),
                place=place,
            )
    except (ValueError, UnsupportedAlgorithm):
        return None
