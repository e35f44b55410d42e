"""Takes who lives there out of recorded messages, so that they still give the same devices.

Hardware addresses keep their maker's half and get another one for the rest, the same one wherever
and however they are written: with or without separators, as IEEE address, or only the last three
pairs, as device names have it. What else is secret becomes a token of feedback/redaction.py, in the
same place; a number becomes 0. Names of devices and rooms stay.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from feedback.patterns import is_name, is_secret, names
from feedback.redaction import Redactor
from fleet.model import Message
from fleet.neighbours import is_local

_HEX = "0-9A-Fa-f"
_PAIRS = (
    rf"(?<![{_HEX}:_-])(?:[{_HEX}]{{2}}([:_-]))(?:[{_HEX}]{{2}}\1){{4,6}}[{_HEX}]{{2}}(?![{_HEX}])"
)
_IEEE = rf"0x[{_HEX}]{{16}}(?![{_HEX}])"
_BARE = (
    rf"(?<![0-9A-Za-z])(?=[0-9]*[A-Fa-f])(?=[A-Fa-f]*[0-9])"
    rf"(?:[{_HEX}]{{16}}|[{_HEX}]{{12}})(?![0-9A-Za-z])"
)
_ADDRESS = re.compile(f"{_PAIRS}|{_IEEE}|{_BARE}")
_ADDRESS_KEY = re.compile(r"mac|ieee|bssid|eui")
_HOST_KEY = re.compile(r"^host$|hostname")
_VERSION_KEY = re.compile(r"ver|^sw|fw|firmware|build|program")
_NUMBERS = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")  # IPv4 addresses, and versions like them
_EXAMPLES = ("aabbccddeeff", "112233445566")
_TAIL = 6  # digits at the end of an address, by which devices name themselves
_NUMBER = 0x1FFF  # of an address's end, as Tasmota's host name has it in decimals
_MAKER = 6  # digits of the maker (IEEE: OUI)
_LEAST = 6  # letters of a secret that is looked for outside its own place
_SHORT, _MOST = 80, 50_000  # letters of a text that is remembered, and how many are
_DEEP = 40  # levels of JSON


class Pseudonyms:
    """For one recording: it must have seen all messages before it changes the first.

    `counts`: how many places of each kind were replaced.
    """

    def __init__(self, messages: Iterable[Message], *, salt: bytes) -> None:
        self.counts: Counter[str] = Counter()
        self._salt = salt
        self._plain: set[str] = set()  # short texts that say nothing: most come again and again
        met = _Met()
        for message in messages:
            met.take(message)
        self._addresses = {one: self._other(one) for one in met.addresses if not _is_example(one)}
        self._written = _and_digits(self._addresses)
        tails = {one[-_TAIL:]: new[-_TAIL:] for one, new in self._addresses.items()}
        self._tails = {old: new for old, new in tails.items() if not old.isdecimal()}
        self._tail = _tails(self._tails)
        told = (one for one in met.secrets if len(one) >= _LEAST and one not in met.levels)
        known = dict.fromkeys(told, "secret")
        written = _written((*self._addresses.values(), *met.examples))
        keep = (*written, *met.versions, *met.names)
        self._redactor = Redactor(known, salt=salt, keep=keep)

    def topic(self, topic: str) -> str:
        """Return a topic; what is said about it elsewhere is changed alike."""
        return "/".join(self._text(level) for level in topic.split("/"))

    def payload(self, payload: str) -> str:
        """Return a payload; JSON keeps its form."""
        try:
            said = json.loads(payload)
        except (ValueError, RecursionError):
            return self._text(payload)
        if not isinstance(said, dict | list):
            return self._text(payload)
        try:
            changed = self._data(said)
        except RecursionError:
            return self._text(payload)
        if changed == said:
            return payload
        return json.dumps(changed, ensure_ascii=False, separators=(",", ":"))

    # --- private ---------------------------------------------------------------------------------

    def _data(self, data: Any, key: str = "") -> Any:  # noqa: ANN401 - decoded JSON
        if _hides(key):
            return self._hidden(data)
        if isinstance(data, dict):
            return {self._text(name): self._data(value, name) for name, value in data.items()}
        if isinstance(data, list):
            return [
                self._data(value, key if _ADDRESS_KEY.search(key.lower()) else "") for value in data
            ]
        return self._text(data) if isinstance(data, str) else data

    def _hidden(self, data: Any) -> Any:  # noqa: ANN401 - decoded JSON
        """Return something of the same shape that says nothing."""
        if isinstance(data, dict):
            return {self._text(name): self._hidden(value) for name, value in data.items()}
        if isinstance(data, list):
            return [self._hidden(value) for value in data]
        if isinstance(data, bool) or data in (None, "", 0):
            return data
        if not isinstance(data, str):
            self.counts["number"] += 1
            return 0
        said = self._text(data)
        if said != data:
            return said
        self.counts["secret"] += 1
        digest = hmac.new(self._salt, data.encode(errors="replace"), hashlib.sha256).hexdigest()
        return f"<secret-{digest[:6]}>"

    def _text(self, text: str) -> str:
        if text in self._plain:
            return text
        said = self._written.sub(self._address, text)
        if self._tail is not None:
            said = self._tail.sub(self._end, said)
        before = self._redactor.places
        said = self._redactor.text(said)
        self.counts["secret"] += self._redactor.places - before
        if said == text and len(text) < _SHORT and len(self._plain) < _MOST:
            self._plain.add(text)
        return said

    def _address(self, found: re.Match[str]) -> str:
        """Return the other address, written as this one is."""
        written = found[0]
        new = self._addresses.get(_plain(written))
        if new is None:
            return written
        self.counts["address"] += 1
        letters = iter(new.upper() if written != written.lower() else new)
        start = 2 if written[:2] == "0x" else 0
        return written[:start] + "".join(
            next(letters) if one in "0123456789abcdefABCDEF" else one for one in written[start:]
        )

    def _end(self, found: re.Match[str]) -> str:
        written, number = found[1], found[2]
        new = self._tails[written.lower()]
        self.counts["address"] += 1
        if number and int(number) == int(written, 16) & _NUMBER:
            number = f"{int(new, 16) & _NUMBER:04d}"
        said = new if written == written.lower() else new.upper()
        return f"{said}-{number}" if number else said

    def _other(self, address: str) -> str:
        digest = hmac.new(self._salt, address.encode(), hashlib.sha256).hexdigest()
        rest = len(address) - _MAKER
        return address[:_MAKER] + digest[:rest]


class _Met:
    """What is to be replaced, as far as the messages themselves say."""

    def __init__(self) -> None:
        self.addresses: set[str] = set()
        self.secrets: set[str] = set()
        self.levels: set[str] = set()
        self.versions: set[str] = set()  # and addresses of a home's network, which say nothing
        self.names: set[str] = set()  # inside of texts; a name is no secret here

    @property
    def examples(self) -> set[str]:
        """Those addresses that are nobody's."""
        return {one for one in self.addresses if _is_example(one)}

    def take(self, message: Message) -> None:
        self.levels.update(message.topic.split("/"))
        text = message.payload.decode(errors="replace")
        self.versions.update(one for one in _NUMBERS.findall(text) if is_local(one))
        for said in (message.topic, text):
            self.addresses.update(_plain(found[0]) for found in _ADDRESS.finditer(said))
        try:
            self._look(json.loads(text), "", _DEEP)
        except (ValueError, RecursionError):
            self.names.update(names(text))

    def _look(self, data: object, key: str, deep: int) -> None:
        if isinstance(data, Mapping) and deep:
            for name, value in data.items():
                self._look(value, name, deep - 1)
        elif isinstance(data, list) and deep:
            for value in data:
                self._look(value, key, deep - 1)
        elif isinstance(data, str):
            plain = _plain(data)
            if _ADDRESS_KEY.search(key.lower()) and re.fullmatch(
                r"[0-9a-f]{12}|[0-9a-f]{16}", plain
            ):
                self.addresses.add(plain)
            elif _hides(key):
                self.secrets.add(data)
            elif _VERSION_KEY.search(key.lower()):
                self.versions.update(_NUMBERS.findall(data))


def _and_digits(addresses: Iterable[str]) -> re.Pattern[str]:
    """Find addresses, and those of digits alone only where they are known to be some."""
    digits = "|".join(sorted(one for one in addresses if one.isdecimal()))
    if not digits:
        return _ADDRESS
    return re.compile(rf"{_ADDRESS.pattern}|(?<![0-9A-Za-z])(?:{digits})(?![0-9A-Za-z])")


def _tails(tails: Iterable[str]) -> re.Pattern[str] | None:
    """Find the end of an address, also with the number that Tasmota's host name has behind it."""
    ends = "|".join(sorted(tails))
    if not ends:
        return None
    return re.compile(rf"(?<![{_HEX}])({ends})(?![{_HEX}])(?:-(\d{{4}})(?!\d))?", re.IGNORECASE)


@lru_cache(4_096)
def _hides(key: str) -> bool:
    """Whether what stands under this name is a secret; how a device calls itself is none."""
    if not key or is_name(key) or _HOST_KEY.search(key.lower()):
        return False
    return is_secret(key)


def _written(addresses: Iterable[str]) -> Iterator[str]:
    """Give every way in which an address may stand somewhere."""
    for one in addresses:
        pairs = [one[at : at + 2] for at in range(0, len(one), 2)]
        for way in (one, f"0x{one}", ":".join(pairs), "-".join(pairs)):
            yield from (way, way.upper(), way.upper().replace("0X", "0x", 1))


def _is_example(address: str) -> bool:
    """Whether it is nobody's: zeros, ones, or the one of every documentation."""
    return len(set(address[_MAKER:])) == 1 or address[:12] in _EXAMPLES


def _plain(written: str) -> str:
    return re.sub(r"[:_-]", "", written).lower().removeprefix("0x")
