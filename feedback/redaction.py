"""Takes secrets and names out of what leaves the house, in three layers.

1. Known values: what the house itself knows (MACs, names, addresses), in every way of writing
   them (feedback/known.py), also where they are keys of a mapping or parts of a topic.
2. Key names: the value under "password", "ssid", "latitude" ... whatever it is; also where the name
   is a level of the topic, or stands beside its value. What is found so is known from then on.
3. Patterns: MAC, IEEE, IP, e-mail, JWT, bearer, credentials in an address, PEM.

What is hidden in text (feedback/disguises.py) is opened and searched the same way. The same value
gives the same token within one report, so makers can still see that two lines speak of one device;
another report has another salt, so tokens never link two reports.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from feedback import disguises, patterns
from feedback.known import Known, digits_of, lower
from feedback.patterns import is_secret
from feedback.report import Suspect

__all__ = ["Redactor", "Suspect", "is_secret"]

_TOKEN: Final = re.compile(r"<[a-z]+-[0-9a-f]{6}>")
_DEEP: Final = 4  # so often what is hidden is opened again
_REMEMBERED: Final = 4096  # short texts: topics and keys come again and again
_SHORT: Final = 96  # characters
_TOLD: Final = 4  # shorter values under secret names are not looked for elsewhere
_LEVELS: Final = 3  # of a topic, the last ones, name what is published there
_NAMES: Final = ("name", "key", "id", "property", "field", "setting")
_VALUES: Final = ("value", "val", "state", "data")
_OF_A_DEVICE: Final = frozenset(
    {"mac", "ip", "hostname", "wifi_sta", "login", "ieeeAddr", "ieee_address", "device_id"}
)
_PRIVATE: Final = frozenset({"2GtoMQTT"})  # levels below which people's own messages are
_EVERYDAY: Final = frozenset(
    {"true", "false", "none", "null", "online", "offline", "unknown", "admin", "root", "home"}
    | {"user", "mqtt", "homeassistant", "localhost", "tasmota", "default", "test", "guest"}
)


class Redactor:
    """One report's redaction: `known` maps values of this house to a word for their kind.

    `keep` are values that may stay although they look like something (a version like 1.2.3.4).
    `places` counts what was replaced. `words` are known too, but only where they stand alone.
    `public` is what makers call things: a device "lamp-1" does not hide the model "Lamp 1".
    """

    def __init__(
        self,
        known: Mapping[str, str],
        *,
        salt: bytes,
        keep: Iterable[str] = (),
        words: Iterable[str] = (),
        public: Iterable[str] = (),
    ) -> None:
        self.places = 0
        self._salt = salt
        self._keep = frozenset(keep)
        self._public = frozenset(map(lower, public))
        self._kinds = {_canonical(value): kind for value, kind in known.items()}
        self._known = Known(known, words)
        self._tokens: set[str] = set()
        self._before: dict[str, tuple[str, int]] = {}

    def text(self, text: str) -> str:
        """Return `text` without what layers 1 and 3 know, however it is hidden in it."""
        return self._text(text, 0)

    def data(self, data: Any, key: str = "") -> Any:  # noqa: ANN401 - decoded JSON
        """Return decoded JSON without what any layer knows; keys are redacted as well."""
        return self._data(data, key, 0)

    def under(self, topic: str, payload: Any) -> Any:  # noqa: ANN401 - decoded JSON
        """Return what was published under `topic`: its last levels may name a secret."""
        named = _is_named(topic)
        return self._all_of(payload) if named else self.data(payload)

    def suspects(self, text: str) -> tuple[Suspect, ...]:
        """Return what in a person's own words is better not sent: for them to decide.

        More than `text` would take: also a password behind its word, and telephone numbers.
        """
        said = patterns.find_said(text)
        spans = [(seen.start, seen.end, text[seen.start : seen.end]) for seen in said]
        found = self._joined(text, [*self._spans(text, 0), *spans])
        return tuple(Suspect(start, end, instead) for start, end, instead in found)

    def learn(self, values: Iterable[str], addresses: Iterable[str] = ()) -> None:
        """Know these too from now on: what stood under secret names, and addresses that were seen.

        The former only where they stand as words.
        """
        self._known.also_words({value for value in values if _is_telling(value)})
        self._known.also(set(addresses))
        self._before.clear()

    # --- texts -----------------------------------------------------------------------------------

    def _text(self, text: str, depth: int) -> str:
        if len(text) > _SHORT or depth:
            return self._replaced(text, depth)
        kept = self._before.get(text)
        if kept is None:
            before = self.places
            said = self._replaced(text, depth)
            if len(self._before) < _REMEMBERED:
                self._before[text] = said, self.places - before
            return said
        self.places += kept[1]
        return kept[0]

    def _replaced(self, text: str, depth: int) -> str:
        out, at = [], 0
        for start, end in self._own_tokens(text):
            out += [self._part(text[at:start], depth), text[start:end]]
            at = end
        return "".join([*out, self._part(text[at:], depth)])

    def _own_tokens(self, text: str) -> Iterator[tuple[int, int]]:
        """Where tokens stand that came from here: they say nothing, and must stay whole."""
        if "<" in text and self._tokens:
            for match in _TOKEN.finditer(text):
                if match[0] in self._tokens:
                    yield match.span()

    def _part(self, text: str, depth: int) -> str:
        out, at = [], 0
        for start, end, instead in self._joined(text, self._spans(text, depth)):
            out += [text[at:start], instead]
            at = end
        return "".join([*out, text[at:]])

    def _spans(self, text: str, depth: int) -> list[tuple[int, int, str]]:
        """Where something stands that must go: (start, end, the value that it is)."""
        spans = [
            (found.start, found.end, found.value)
            for found in self._known.find(text)
            if lower(text[found.start : found.end]) not in self._public
        ]
        spans += [
            (seen.start, seen.end, value)
            for seen in patterns.find(text)
            if (value := text[seen.start : seen.end]) not in self._keep
        ]
        if depth < _DEEP:
            spans += self._opened(text, depth)
        return spans

    def _opened(self, text: str, depth: int) -> Iterator[tuple[int, int, str]]:
        for hidden in disguises.find(text):
            before = self.places
            said = self._nested(hidden.says, depth + 1)
            if self.places != before:
                self.places = before  # counted when it is put there
                yield hidden.start, hidden.end, _Ready(said)

    def _joined(
        self, text: str, spans: list[tuple[int, int, str]]
    ) -> Iterator[tuple[int, int, str]]:
        """Join stretches that overlap, and say what stands there instead."""
        whole: list[tuple[int, int, str]] = []
        for start, end, value in sorted(spans, key=lambda span: (span[0], -span[1])):
            if whole and start < whole[-1][1]:
                before = whole[-1]
                if end > before[1]:
                    whole[-1] = (before[0], end, text[before[0] : end])
                continue
            whole.append((start, end, value))
        for start, end, value in whole:
            if isinstance(value, _Ready):
                self.places += 1
                yield start, end, value
            else:
                yield start, end, self._token(value)

    def _nested(self, text: str, depth: int) -> str:
        """A text, which may itself be JSON: then its keys count too."""
        said = self._json(text, depth)
        return self._text(text, depth) if said is None else said

    def _json(self, text: str, depth: int) -> str | None:
        plain = text.strip()
        if plain[:1] + plain[-1:] not in {"{}", "[]"} or depth >= _DEEP:
            return None
        try:
            data = msgspec.json.decode(plain)
        except (msgspec.MsgspecError, RecursionError):
            return None
        before = self.places
        said = self._data(data, "", depth + 1)
        return None if self.places == before else msgspec.json.encode(said).decode()

    # --- data ------------------------------------------------------------------------------------

    def _data(self, data: Any, key: str, depth: int) -> Any:  # noqa: ANN401 - decoded JSON
        if key and is_secret(key):
            return self._all_of(data)
        if isinstance(data, dict):
            return self._mapping(data, depth)
        if isinstance(data, list | tuple):
            return [self._data(value, "", depth) for value in data]
        if isinstance(data, str):
            return self._nested(data, depth)
        if isinstance(data, bool) or data is None:
            return data
        said = self.text(str(data))
        return data if said == str(data) else said

    def _mapping(self, data: Mapping[str, Any], depth: int) -> dict[str, Any]:
        named = any(isinstance(data.get(name), str) and is_secret(data[name]) for name in _NAMES)
        somebody = not named and "name" in data and _is_of_a_device(data)
        out: dict[str, Any] = {}
        for name, value in data.items():
            hidden = (named and name in _VALUES) or (somebody and name == "name")
            said = self._all_of(value) if hidden else self._data(value, name, depth)
            out[_free(self.text(name), out)] = said
        return out

    def _all_of(self, data: Any) -> Any:  # noqa: ANN401 - decoded JSON
        if isinstance(data, dict):
            return {self.text(name): self._all_of(value) for name, value in data.items()}
        if isinstance(data, list | tuple):
            return [self._all_of(value) for value in data]
        if data in ("", None) or isinstance(data, bool):
            return data  # that there is none is no secret, and often the answer
        return self._token(str(data))

    def _token(self, value: str) -> str:
        self.places += 1
        canonical = _canonical(value)
        kind = self._kinds.get(canonical, "")
        kind = patterns.kind_of(value) or kind or "secret"
        digest = hmac.new(self._salt, canonical.encode(), hashlib.sha256).hexdigest()
        token = f"<{kind}-{digest[:6]}>"
        self._tokens.add(token)
        return token


class _Ready(str):
    """What is to stand in a place as it is: no value to make a token of."""

    __slots__ = ()


def told(data: Any, topic: str = "") -> Iterator[str]:  # noqa: ANN401 - decoded JSON
    """Yield what stands under secret names in decoded JSON, or in what `topic` names so.

    The names of devices too, where they stand beside their addresses.
    """
    if topic and _is_named(topic):
        yield from _texts(data)
    elif isinstance(data, dict):
        somebody = _is_of_a_device(data)
        for name, value in data.items():
            hidden = is_secret(name) or (somebody and name == "name")
            yield from _texts(value) if hidden else told(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from told(value)


def _texts(data: Any) -> Iterator[str]:  # noqa: ANN401 - decoded JSON
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list | tuple):
        for value in data.values() if isinstance(data, dict) else data:
            yield from _texts(value)


def _is_telling(value: str) -> bool:
    """Whether a value is one that can be looked for without tearing every text apart."""
    return len(value) >= _TOLD and value.casefold() not in _EVERYDAY


def _is_named(topic: str) -> bool:
    """Whether a topic says of what is published there that it is private: "…/wifi/ssid"."""
    return any(is_secret(level) or level in _PRIVATE for level in topic.split("/")[-_LEVELS:])


def _is_of_a_device(data: Mapping[str, Any]) -> bool:
    """Whether a mapping says who a device is, so that the name in it is that of the device."""
    if not _OF_A_DEVICE.isdisjoint(data):
        return True
    beside = (value for value in data.values() if isinstance(value, str))
    return any(patterns.kind_of(value) in {"mac", "ieee"} for value in beside)


def _free(name: str, taken: Mapping[str, Any]) -> str:
    """Return `name`, with a number where two keys have become one: nothing is lost."""
    if name not in taken:
        return name
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})"


def _canonical(value: str) -> str:
    """One writing for one value: a MAC is the same with and without separators."""
    digits = digits_of(value)
    return digits.casefold() if digits else value.casefold()
