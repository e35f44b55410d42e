"""What looks private though nobody knows it: addresses, keys, and what stands behind certain words.

Each pattern reads a text once, from left to right: none may take longer than in proportion to it,
whatever stands there. So each begins where nothing of its own kind stands before it, and is tried
only where the text has a letter without which it cannot be.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_HEX: Final = "0-9A-Fa-f"
_MAC: Final = rf"(?<![{_HEX}:-])(?:[{_HEX}]{{2}}[:-]){{5,7}}[{_HEX}]{{2}}(?![{_HEX}])"
_IEEE: Final = rf"0[xX](?:[{_HEX}]{{16}}|[{_HEX}]{{12}})(?![{_HEX}])"
_BARE: Final = rf"(?<![0-9A-Za-z])(?=\d*[A-Fa-f])(?:[{_HEX}]{{16}}|[{_HEX}]{{12}})(?![0-9A-Za-z])"
_OCTET: Final = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IPV4: Final = rf"(?<![\w.])(?:{_OCTET}\.){{3}}{_OCTET}(?![\w.]*\d)"
_IPV6: Final = rf"(?<![\w:.])(?=[{_HEX}.]*:[{_HEX}.]*:)[{_HEX}:.]{{3,45}}(?:%\w{{1,15}})?(?![\w:])"
_EMAIL: Final = r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_JWT: Final = r"(?<![\w-])eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?"
_PEM: Final = r"-----BEGIN [A-Z0-9 ]{1,40}-----.*?(?:-----END [A-Z0-9 ]{1,40}-----|\Z)"
_CODE: Final = r"\bOR(?:-[0-9A-Za-z]+){3,5}"

_ALONE: Final = tuple(
    (needs, re.compile(pattern, re.DOTALL))
    for needs, pattern in (
        ("-----BEGIN", _PEM),
        ("eyJ", _JWT),
        ("@", _EMAIL),
        (":", _MAC),
        ("-", rf"{_MAC}|{_CODE}"),
        ("0", _IEEE),
        ("", _BARE),
        (".", _IPV4),
        (":", _IPV6),
    )
)
_ADDRESSES: Final = tuple(re.compile(pattern) for pattern in (_MAC, _IEEE, _BARE))
_KINDS: Final = (
    (re.compile(_PEM, re.DOTALL), "key"),
    (re.compile(_JWT), "secret"),
    (re.compile(_EMAIL), "mail"),
    (re.compile(rf"{_MAC}|(?:0x)?[{_HEX}]{{12}}"), "mac"),
    (re.compile(rf"{_IEEE}|[{_HEX}]{{16}}"), "ieee"),
    (re.compile(_IPV4), "ip"),
    (re.compile(_IPV6), "ip"),
)

_SECRET_KEY: Final = re.compile(
    r"password|passwd|passphrase|passcode|pincode|psk|ssid|token|secret|apikey|panid|credential"
    r"|cookie|authorization|latitude|longitude|hostname|username"
    r"|(?:network|private|link|bind|local|device|encryption|noise|aes|wifi|wpa|master|session)key"
    r"|installcode|usercode|serialnumber|userid|accountid"
)
_SECRET_KEYS: Final = frozenset(
    {"user", "mqttuser", "pass", "pwd", "lat", "lon", "lng", "email", "mail", "phone", "host"}
    | {"mqtthost", "mqttclient", "gps"}
)
_NAME_KEY: Final = re.compile(r"friendlyname|devicename")
_NAME_KEYS: Final = frozenset({"did", "uid", "fn", "dn", "hn"})
_NOT_LETTERS: Final = re.compile(r"[^a-z]")

_WORDS: Final = ("passw", "passphrase", "psk", "ssid", "token", "secret", "api", "mqttuser")
_BEHIND: Final = (  # what stands before the secret stays: group 1
    ("://", re.compile(r"(://)([^\s/@]{1,256}:[^\s/@]{0,256})(?=@)")),
    ("earer", re.compile(r"((?i:bearer)\s+)([\w.~+/=-]{8,})")),
    (
        "",
        re.compile(
            r"""((?i:passw(?:or)?d|passphrase|psk|ssid|token|secret|api_?key|mqttuser)\w{0,8}"""
            r"""\\{0,3}["']?\s{0,8}[:=]\s{0,8})"""
            r"""(?:\\{0,3}"([^"\\]{1,512})|'([^']{1,512})|([^\s"',;&}<\\]{1,512}))"""
        ),
    ),
    (  # a name of a network may have spaces
        "",
        re.compile(
            r"""((?i:\bb?ssid)\d?\s{0,8}[:=]\s{0,8})([^\s"',;&|<>\\][^"',;&|<>\\\n]{0,64})"""
        ),
    ),
    (  # as Tasmota is told it: Backlog SSId1 HomeNet; Password1 hunter2
        "",
        re.compile(
            r"((?i:\b(?:(?:password|ssid|wificonfig)\d|(?:mqtt|web)(?:password|user)))\s+)"
            r"""([^\s;"',:=]{1,128})"""
        ),
    ),
)
_FRAGMENT: Final = re.compile(  # of JSON, also cut off and inside of other JSON
    r"""["']([\w .$-]{2,40})\\{0,7}["']\s{0,4}:\s{0,4}"""
    r"""(?:\\{0,7}"([^"\\]{1,512})|(\[[^\]]{1,512})|(-?\d[\d.eE+-]{0,40}|[A-Za-z]\w{0,100}))"""
)
_QUERY: Final = re.compile(r"(?<![^\s?&;,])([\w.-]{2,40})=([^\s&;,\"'<>]{1,512})")
_WORDLESS: Final = frozenset({"true", "false", "null"})
_SAID: Final = re.compile(  # as people write it
    r"((?i:pass\s?(?:word|phrase|code)|passwort|pin(?:\scode)?|psk|wi-?fi\skey)"
    r"(?:\s(?:is(?:t)?|was|still|to|as|for\s\S{1,40}\sis))?\s{0,3}[:=]?\s{0,3}"
    r"|(?:密码|密碼|口令|密钥)\s{0,3}(?:是|为|為|改成|设为|設為)?\s{0,3}[:=\uff1a]?\s{0,3})"
    r"""["'“”「]?([\x21-\x7e]{4,128})"""
)
_PHONE: Final = re.compile(r"(?<![\w.])(?:\+\d{1,3}[ -]?)?(?:\(?\d{2,4}\)?[ -]?){2,3}\d{3,4}(?!\w)")
_NO_SECRET: Final = frozenset(
    {"wrong", "right", "correct", "incorrect", "invalid", "empty", "missing", "protected", "asked"}
    | {"reset", "lost", "refused", "rejected", "accepted", "changed", "again", "manager", "prompt"}
    | {"field", "dialog", "page", "needed", "required", "that", "this", "with", "from", "into"}
)


class Seen(NamedTuple):
    """A stretch of a text that looks private."""

    start: int
    end: int


_LEAST: Final = 4  # letters of a password in somebody's words
_PHONE_DIGITS: Final = 9


def find(text: str) -> Iterator[Seen]:
    """Yield what looks private in any text; stretches may overlap."""
    for needs, pattern in _ALONE:
        if needs in text:
            for match in pattern.finditer(text):
                if ":" not in match[0] or _is_address(match[0]):
                    yield Seen(match.start(), match.end())
    yield from _behind(text)
    for needs, pattern in ((":", _FRAGMENT), ("=", _QUERY)):
        for match in pattern.finditer(text) if needs in text else ():
            group = match.lastindex or 2
            if is_secret(match[1]) and match[group] not in _WORDLESS:
                yield Seen(match.start(group), match.end(group))


def _behind(text: str) -> Iterator[Seen]:
    """Yield what stands behind words for secrets."""
    low = text.lower()
    words = any(word in low for word in _WORDS)
    for needs, pattern in _BEHIND:
        if needs in text if needs else words:
            for match in pattern.finditer(text):
                group = match.lastindex or 2
                yield Seen(match.start(group), match.end(group))


def names(text: str) -> Iterator[str]:
    """Yield what devices are called in their home, where a text holds JSON that says so."""
    for match in _FRAGMENT.finditer(text):
        if is_name(match[1]):
            yield match[match.lastindex or 2]


def addresses(text: str) -> Iterator[str]:
    """Yield the hardware addresses that stand in a text, as they are written there."""
    for pattern in _ADDRESSES:
        for match in pattern.finditer(text):
            yield match[0]


def find_said(text: str) -> Iterator[Seen]:
    """Yield also what people may have written without meaning to: for a proposal, not to be forced.

    A password behind its word without a colon, a telephone number.
    """
    for match in _SAID.finditer(text):
        word = match[2].rstrip(".,;:!?\"'")
        if word.casefold() not in _NO_SECRET and len(word) >= _LEAST:
            yield Seen(match.start(2), match.start(2) + len(word))
    for match in _PHONE.finditer(text):
        if sum(letter.isdigit() for letter in match[0]) >= _PHONE_DIGITS:
            yield Seen(match.start(), match.end())


def kind_of(value: str) -> str:
    """Return the word for what `value` is by its form: mac, ieee, ip, mail, key, secret or ""."""
    return next((kind for form, kind in _KINDS if form.fullmatch(value)), "")


def is_secret(key: str) -> bool:
    """Return whether what stands under this name is a secret, whatever it is."""
    plain = _NOT_LETTERS.sub("", key.casefold())
    return plain in _SECRET_KEYS or _SECRET_KEY.search(plain) is not None or is_name(key)


def is_name(key: str) -> bool:
    """Return whether what stands under this name is what a device is called in its home.

    A report does without; a recording does not, or a replay would give other devices.
    """
    plain = _NOT_LETTERS.sub("", key.casefold())
    return plain in _NAME_KEYS or _NAME_KEY.search(plain) is not None


def _is_address(found: str) -> bool:
    """Tell a MAC, IPv6 address, PEM or e-mail from a time of day or a name with colons."""
    if not re.fullmatch(rf"[{_HEX}:.%\w]*", found) or re.fullmatch(_MAC, found):
        return True
    try:
        ipaddress.IPv6Address(found.partition("%")[0])
    except ValueError:
        return False
    return found != "::"
