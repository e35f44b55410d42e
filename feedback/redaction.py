"""Takes secrets and names out of what leaves the house, in three layers.

1. Known values: what the house itself knows (MACs, names, addresses), in every way of writing
   them (without separators, URL-encoded, base64), also where they are keys of a mapping.
2. Key names: the value under "password", "ssid", "latitude" ... whatever it is.
3. Patterns: MAC, IEEE, IP, e-mail, JWT, bearer, credentials in an address, PEM.

The same value gives the same token within one report, so makers can still see that two lines speak
of one device; another report has another salt, so tokens never link two reports.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import quote

_SHORT: Final = 4  # shorter known values are only taken as whole words
_TOKEN: Final = re.compile(r"(<[a-z]+-[0-9a-f]{6}>)")
_SECRET_KEY: Final = re.compile(
    r"password|passwd|passphrase|psk|ssid|token|secret|apikey|networkkey|panid|privatekey"
    r"|credential|cookie|authorization|latitude|longitude|hostname|username"
)
_SECRET_KEYS: Final = frozenset(
    {"user", "mqttuser", "pass", "pwd", "lat", "lon", "lng", "email", "mail", "phone", "host"}
)
_HEX: Final = "0-9A-Fa-f"
_MAC: Final = rf"(?<![{_HEX}:-])(?:[{_HEX}]{{2}}[:-]){{5,7}}[{_HEX}]{{2}}(?![{_HEX}])"
_IEEE: Final = rf"0x[{_HEX}]{{16}}(?![{_HEX}])"
_BARE: Final = rf"(?<![0-9A-Za-z])(?=\d*[A-Fa-f])(?:[{_HEX}]{{16}}|[{_HEX}]{{12}})(?![0-9A-Za-z])"
_OCTET: Final = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IPV4: Final = rf"(?<![\w.])(?:{_OCTET}\.){{3}}{_OCTET}(?![\w.]*\d)"
_IPV6: Final = rf"(?<![\w:])(?=[{_HEX}:.]*:[{_HEX}:.]*:)[{_HEX}:.]{{3,45}}(?:%\w+)?(?![\w:])"
_EMAIL: Final = r"[\w.+-]+@[\w-]+\.[\w.-]*\w"
_JWT: Final = r"eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?"
_PEM: Final = r"-----BEGIN [A-Z0-9 ]+-----.*?-----END [A-Z0-9 ]+-----"
_WHOLE: Final = re.compile(
    f"{_PEM}|{_JWT}|{_EMAIL}|{_MAC}|{_IEEE}|{_BARE}|{_IPV4}|{_IPV6}", re.DOTALL
)
_BEHIND: Final = (  # what stands before the secret stays
    re.compile(r"(://)([^\s/@]+:[^\s/@]*)(?=@)"),
    re.compile(r"((?i:bearer)\s+)([\w.~+/=-]{8,})"),
    re.compile(
        r"""((?i:password|passwd|psk|ssid|token|secret|api_?key)\d*["']?\s*[:=]\s*["']?)"""
        r"""([^\s"',;&}<]+)"""
    ),
)
_KINDS: Final = (
    (re.compile(_PEM, re.DOTALL), "key"),
    (re.compile(_JWT), "secret"),
    (re.compile(_EMAIL), "mail"),
    (re.compile(rf"{_MAC}|[{_HEX}]{{12}}"), "mac"),
    (re.compile(rf"{_IEEE}|[{_HEX}]{{16}}"), "ieee"),
    (re.compile(_IPV4), "ip"),
    (re.compile(_IPV6), "ip"),
)


class Redactor:
    """One report's redaction: `known` maps values of this house to a word for their kind.

    `keep` are values that may stay although they look like something (a version like 1.2.3.4).
    `places` counts what was replaced.
    """

    def __init__(self, known: Mapping[str, str], *, salt: bytes, keep: Iterable[str] = ()) -> None:
        self.places = 0
        self._salt = salt
        self._keep = frozenset(keep)
        words = {way: value for value in known for way in _words(value)}
        anywhere = {way: value for value in known for way in _ways(value)}
        self._meant = {way.lower(): value for way, value in (words | anywhere).items()}
        self._kinds = {_canonical(value): kind for value, kind in known.items()}
        self._known = _any_of(words, anywhere)

    def text(self, text: str) -> str:
        """Return `text` without what layers 1 and 3 know."""
        for pattern in _BEHIND:
            text = _outside_tokens(text, partial(pattern.sub, self._behind_token))
        if self._known is not None:
            text = _outside_tokens(text, partial(self._known.sub, self._known_token))
        return _outside_tokens(text, partial(_WHOLE.sub, self._pattern_token))

    def data(self, data: Any, key: str = "") -> Any:  # noqa: ANN401 - decoded JSON
        """Return decoded JSON without what any layer knows; keys are redacted as well."""
        if key and is_secret(key):
            return self._all_of(data)
        if isinstance(data, dict):
            return {self.text(name): self.data(value, name) for name, value in data.items()}
        if isinstance(data, list):
            return [self.data(value) for value in data]
        if isinstance(data, str):
            return self.text(data)
        if isinstance(data, bool) or data is None:
            return data
        said = self.text(str(data))
        return data if said == str(data) else said

    def _all_of(self, data: Any) -> Any:  # noqa: ANN401 - decoded JSON
        if isinstance(data, dict):
            return {self.text(name): self._all_of(value) for name, value in data.items()}
        if isinstance(data, list):
            return [self._all_of(value) for value in data]
        if data in ("", None) or isinstance(data, bool):
            return data  # that there is none is no secret, and often the answer
        return self._token(str(data))

    def _behind_token(self, match: re.Match[str]) -> str:
        return match[1] + self._token(match[2])

    def _known_token(self, match: re.Match[str]) -> str:
        return self._token(self._meant.get(match[0].lower(), match[0]))

    def _pattern_token(self, match: re.Match[str]) -> str:
        found = match[0]
        if found in self._keep or (":" in found and not _is_address(found)):
            return found
        return self._token(found)

    def _token(self, value: str) -> str:
        self.places += 1
        canonical = _canonical(value)
        kind = next((kind for form, kind in _KINDS if form.fullmatch(value)), "")
        kind = kind or self._kinds.get(canonical, "secret")
        digest = hmac.new(self._salt, canonical.encode(), hashlib.sha256).hexdigest()
        return f"<{kind}-{digest[:6]}>"


def is_secret(key: str) -> bool:
    """Return whether what stands under this name is a secret, whatever it is."""
    plain = re.sub(r"[^a-z]", "", key.casefold())
    return plain in _SECRET_KEYS or _SECRET_KEY.search(plain) is not None


def _is_address(found: str) -> bool:
    """Tell a MAC, IPv6 address, PEM or e-mail from a time of day or a name with colons."""
    if not re.fullmatch(rf"[{_HEX}:.%\w]*", found) or re.fullmatch(_MAC, found):
        return True
    try:
        ipaddress.IPv6Address(found.partition("%")[0])
    except ValueError:
        return False
    return found != "::"


def _canonical(value: str) -> str:
    """One writing for one value: a MAC is the same with and without separators."""
    plain = re.sub(r"[:-]", "", value).casefold()
    if re.fullmatch(r"(0x)?([0-9a-f]{12}|[0-9a-f]{16})", plain):
        return plain.removeprefix("0x")
    return value.casefold()


def _ways(value: str) -> set[str]:
    """All the ways `value` may be written anywhere in a message."""
    ways = {value}
    if plain := _bare(value):
        pairs = [plain[at : at + 2] for at in range(0, len(plain), 2)]
        ways |= {plain, ":".join(pairs), "-".join(pairs)}
    ways = {way for way in ways if len(way) >= _SHORT}
    ways |= {quote(way, safe="") for way in ways}
    for way in tuple(ways):
        ways |= _base64_ways(way.encode()) | _base64_ways(way.lower().encode())
    return ways


def _words(value: str) -> set[str]:
    """What is taken only as a whole word: short values, and the last three pairs of an address."""
    if len(value) < _SHORT:
        return {value}
    return {_bare(value)[-6:]} - {""}


def _bare(value: str) -> str:
    """The digits of a MAC or IEEE address, "" where `value` is none."""
    plain = re.sub(r"[:-]", "", value).removeprefix("0x")
    return plain if re.fullmatch(rf"[{_HEX}]{{12}}|[{_HEX}]{{16}}", plain) else ""


def _base64_ways(raw: bytes) -> set[str]:
    """The letters that `raw` always leaves in base64, at each of three offsets."""
    ways = set()
    for shift in range(3):
        letters = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        first = (0, 2, 3)[shift]
        last = len(letters) - (1 if (shift + len(raw)) % 3 else 0)
        if last - first >= _SHORT + 2:
            ways.add(letters[first:last])
    return ways


def _any_of(words: Iterable[str], anywhere: Iterable[str]) -> re.Pattern[str] | None:
    """One pattern for many literals, as trees of letters: ten thousand values stay fast."""
    ways = []
    if long := _Tree.of(anywhere):
        ways.append(long)
    if short := _Tree.of(words):
        ways.append(rf"(?<![0-9A-Za-z]){short}(?![0-9A-Za-z])")
    return re.compile("|".join(ways), re.IGNORECASE) if ways else None


class _Tree:
    """Literals that share their first letters; "" marks an end."""

    def __init__(self) -> None:
        self.root: dict[str, Any] = {}

    @classmethod
    def of(cls, values: Iterable[str]) -> str:
        """The pattern of all of them, also in small letters; "" for none."""
        tree = cls()
        for value in values:
            tree.add(value)
            tree.add(value.lower())
        return tree.pattern(tree.root) if tree.root else ""

    def add(self, value: str) -> None:
        node = self.root
        for letter in value:
            node = node.setdefault(letter, {})
        node[""] = {}

    def pattern(self, node: dict[str, Any]) -> str:
        """The longest way first, an end last."""
        ways = [
            re.escape(letter) + (self.pattern(below) if below else "")
            for letter, below in sorted(node.items(), reverse=True)
        ]
        return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"


def _outside_tokens(text: str, change: Callable[[str], str]) -> str:
    """Apply `change` to everything but the tokens that stand in `text` already."""
    parts = _TOKEN.split(text)
    return "".join(part if at % 2 else change(part) for at, part in enumerate(parts))
