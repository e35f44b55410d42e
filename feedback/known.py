"""Finds values that a house knows in any text, however they are written there.

A MAC with and without separators, its bytes turned round, the last bytes of it; a name with other
separators; each as hexadecimal or base64 at any offset. A table of hashes, no pattern: a house of
2,000 devices is searched as quickly as one of two, and is made ready in about a second.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

_HEAD: Final = 4  # letters that are looked up at each place
_SHORT: Final = 4  # shorter values are taken only as whole words
_NARROW: Final = 2  # of letters that say more (Chinese): so few are taken anywhere
_BARE: Final = 10  # digits of an address without its zeros: with fewer it may be any number
_PARTS: Final = re.compile(r"[\s_\-.+]+")
_BETWEEN: Final = (" ", "_", "-", "+", ".", "")
_ADDRESS: Final = re.compile(r"(?:0x)?([0-9A-Fa-f]{12}|[0-9A-Fa-f]{16})")
_DIGITS: Final = re.compile(r"[0-9A-Fa-f]{6,}")
_LETTERS: Final = re.compile(r"[A-Za-z0-9+/_-]{4,}")


class Found(NamedTuple):
    """A stretch of a text, and the value that it stands for."""

    start: int
    end: int
    value: str


class Known:
    """The values of a house. `words`: such as are taken only where they stand by themselves."""

    def __init__(self, values: Iterable[str], words: Iterable[str] = ()) -> None:
        self._plain = _Table()  # in small letters
        self._exact = _Table()  # base64, where small and large letters differ
        self._tails: dict[str, str] = {}
        self.also(values)
        self.also_words(words)

    def also(self, values: Iterable[str]) -> None:
        """Know these as well."""
        for value in values:
            if value:
                self._add(value)

    def also_words(self, words: Iterable[str]) -> None:
        """Know these as well, where they stand by themselves."""
        for word in words:
            if word:
                self._plain.add(lower(word), word, whole=True)

    def find(self, text: str) -> Iterator[Found]:
        """Yield where values stand, the longest first at each place; stretches may overlap."""
        yield from self._plain.find(lower(text), text)
        for run in _LETTERS.finditer(text) if self._exact else ():
            for found in self._exact.find(run[0], run[0]):
                at = run.start()
                yield Found(at + found.start, at + found.end, found.value)
        for run in _DIGITS.finditer(text) if self._tails else ():
            for size in (8, 6):  # "esp32ddeeff" ends with those of its address
                if value := self._tails.get(run[0][-size:].lower()):
                    yield Found(max(run.start(), run.end() - size), run.end(), value)
                    break

    def _add(self, value: str) -> None:
        digits = digits_of(value)
        written = _address_ways(digits) if digits else _name_ways(value)
        for way in written:
            self._plain.add(lower(way), value, whole=_is_short(way))
        if digits:
            self._tails |= {digits[-6:].lower(): value, digits[-8:].lower(): value}
            self._add_raw(bytes.fromhex(digits), value)
            self._add_raw(bytes.fromhex(digits)[::-1], value)
        for way in {value, *(written if digits else ())}:
            for cased in {way, way.lower(), way.upper(), way.casefold()}:
                raw = cased.encode()
                if len(raw) >= _SHORT:
                    self._plain.add(raw.hex(), value)
                    self._add_raw(raw, value)

    def _add_raw(self, raw: bytes, value: str) -> None:
        for letters in base64_ways(raw):
            self._exact.add(letters, value)
            if "+" in letters or "/" in letters:
                self._exact.add(letters.replace("+", "-").replace("/", "_"), value)


class _Table:
    """Literals by their first letters."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[str, bool]] = {}
        self._heads: dict[str, tuple[int, ...]] = {}
        self._few: dict[str, tuple[int, ...]] = {}  # by their first letter, where they are short

    def __bool__(self) -> bool:
        return bool(self._values)

    def add(self, literal: str, value: str, *, whole: bool = False) -> None:
        """Look for `literal` too; `whole`: only where no Latin letter or digit is beside it."""
        before = self._values.get(literal)
        if before is not None:
            if before[1] and not whole:
                self._values[literal] = value, False
            return
        self._values[literal] = value, whole
        heads, size = (self._heads, _HEAD) if len(literal) >= _HEAD else (self._few, 1)
        head = literal[:size]
        lengths = heads.get(head, ())
        if len(literal) not in lengths:
            heads[head] = tuple(sorted({*lengths, len(literal)}, reverse=True))

    def find(self, text: str, shown: str) -> Iterator[Found]:
        """Yield what stands in `text`; `shown` is the same text before it was made small."""
        heads, few = self._heads, self._few
        if heads:
            last = len(text) - _HEAD + 1
            for at in [at for at in range(last) if text[at : at + _HEAD] in heads]:
                yield from self._at(text, shown, at, heads[text[at : at + _HEAD]])
        if few:
            for at in [at for at, letter in enumerate(text) if letter in few]:
                yield from self._at(text, shown, at, few[text[at]])

    def _at(self, text: str, shown: str, at: int, lengths: Iterable[int]) -> Iterator[Found]:
        for length in lengths:
            found = self._values.get(text[at : at + length])
            if found is None:
                continue
            value, whole = found
            end = at + length
            if not whole or not (_is_latin(shown, at - 1) or _is_latin(shown, end)):
                yield Found(at, end, value)
                return


def lower(text: str) -> str:
    """Return `text` in small letters, each letter in its place."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(one if len(one := letter.lower()) == 1 else letter for letter in text)


def digits_of(value: str) -> str:
    """Return the digits of a MAC or IEEE address, "" where `value` is none."""
    match = _ADDRESS.fullmatch(value.replace(":", "").replace("-", ""))
    return match[1] if match else ""


def base64_ways(raw: bytes) -> set[str]:
    """Return the letters that `raw` always leaves in base64, at each of three offsets."""
    ways = set()
    for shift in range(3):
        letters = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        first = (0, 2, 3)[shift]
        last = len(letters) - (1 if (shift + len(raw)) % 3 else 0)
        if last - first >= _HEAD:
            ways.add(letters[first:last])
    return ways


def _is_short(way: str) -> bool:
    return len(way) < (_SHORT if way.isascii() else _NARROW)


def _is_latin(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isascii() and text[at].isalnum()


def _address_ways(digits: str) -> set[str]:
    pairs = [digits[at : at + 2] for at in range(0, len(digits), 2)]
    fours = [digits[at : at + 4] for at in range(0, len(digits), 4)]
    turned = pairs[::-1]  # as Bluetooth sends it
    ways = {between.join(order) for order in (pairs, turned) for between in ("", ":", "-", " ")}
    bare = digits.lstrip("0")  # as Xiaomi writes a Zigbee address
    return ways | {".".join(fours)} | ({bare} if len(bare) >= _BARE else set())


def _name_ways(value: str) -> set[str]:
    ways = {value, *(unicodedata.normalize(form, value) for form in ("NFC", "NFD", "NFKC"))}
    ways |= {cased for way in ways for cased in (way.lower(), way.upper(), way.casefold())}
    parts = [part for part in _PARTS.split(value) if part]
    if len(parts) > 1:
        ways |= {between.join(parts) for between in _BETWEEN}
    return ways
