"""Ways in which text is hidden in text: percent signs, escapes, entities, base64, hexadecimal.

Only what reads as text once it is open again is opened: anything else nobody can check, and a known
value inside of it is found by feedback/known.py, which knows how it is written there.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterator
from typing import Final, NamedTuple
from urllib.parse import unquote

_PERCENT: Final = re.compile(r"""[^\s"'<>&?=,;{}]*%[0-9A-Fa-f]{2}[^\s"'<>&?=,;{}]*""")
_ESCAPE: Final = re.compile(r"""\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|["'/\\])""")
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|quot|apos|amp|lt|gt);")
_LEAST: Final = 16  # letters of base64
_BASE64: Final = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_=-]{16,}(?![A-Za-z0-9+/_=-])")
_HEXADECIMAL: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:0[xX])?((?:[0-9A-Fa-f]{2}){8,})(?![0-9A-Za-z])"
)
_UNREADABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]")


class Hidden(NamedTuple):
    """A stretch of a text, and what it says when it is opened."""

    start: int
    end: int
    says: str


def find(text: str) -> Iterator[Hidden]:
    """Yield what can be opened once; what is hidden deeper comes out when that is searched."""
    if "%" in text:
        for match in _PERCENT.finditer(text):
            yield Hidden(match.start(), match.end(), unquote(match[0], errors="replace"))
    if "\\" in text and (open_ := _ESCAPE.sub(_unescaped, text)) != text:
        yield Hidden(0, len(text), _whole_pairs(open_))
    if "&" in text and _ENTITY.search(text):
        yield Hidden(0, len(text), html.unescape(text))
    for match in _BASE64.finditer(text):
        yield from _in_base64(match[0], match.start())
    for match in _HEXADECIMAL.finditer(text):
        if says := _readable(bytes.fromhex(match[1])):
            yield Hidden(match.start(), match.end(), says)


def _unescaped(match: re.Match[str]) -> str:
    said = match[0]
    return chr(int("0x" + said[2:], 0)) if said[1] in "ux" else said[1]


def _whole_pairs(text: str) -> str:
    r"""Join the halves in which \u writes what lies beyond the first 65,536 letters."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _in_base64(run: str, at: int) -> Iterator[Hidden]:
    """A run as a whole, else each level of it: what looks like one may be a topic."""
    if says := _from_base64(run):
        yield Hidden(at, at + len(run), says)
        return
    for level in run.split("/") if "/" in run else ():
        if len(level) >= _LEAST and (says := _from_base64(level)):
            yield Hidden(at, at + len(level), says)
        at += len(level) + 1


def _from_base64(run: str) -> str:
    plain = run.rstrip("=").replace("-", "+").replace("_", "/")
    if plain.isdigit() or len(plain) % 4 == 1:
        return ""
    try:
        return _readable(base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True))
    except binascii.Error:
        return ""


def _readable(data: bytes) -> str:
    """The text of `data`, "" where it is none: by chance so much is hardly ever readable."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return ""
    return "" if _UNREADABLE.search(text) else text
