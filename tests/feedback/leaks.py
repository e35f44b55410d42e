"""What a secret may look like in bytes that left the house: written anew, not taken from our code.

So a way of writing that feedback/known.py forgets is found here, or neither knows it.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus, unquote

TOKEN = re.compile(r"<[a-z]+-[0-9a-f]{6}>")
MAC = re.compile(r"(?i)(?<![0-9a-f:])(?!00:00:00:00)(?:[0-9a-f]{2}:){5}[0-9a-f]{2}(?![0-9a-f:])")
IEEE = re.compile(r"(?i)0x[0-9a-f]{16}(?![0-9a-f])")
HOME_IP = re.compile(r"(?<![\d.])(?:192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d+\.\d+(?![\d.])")


def leaks(sent: bytes, secrets: Iterable[str]) -> set[str]:
    """Return which secrets are in what was sent, in whatever form."""
    text = TOKEN.sub("", sent.decode())
    views = [text.casefold(), unquote(text).casefold(), _unescaped(text).casefold()]
    views += [_opened(text)]
    return {
        secret
        for secret in secrets
        if any(way.casefold() in view for way in plain(secret) for view in views)
        or any(way in text for way in base64_of(secret))
    }


def plain(secret: str) -> Iterator[str]:
    """Yield the ways in which a secret is written with letters that can be read."""
    yield from (secret, quote(secret, safe=""), quote_plus(secret), secret.encode().hex())
    yield json.dumps(secret)[1:-1]
    digits = re.sub(r"[:-]", "", secret).removeprefix("0x")
    if re.fullmatch(r"[0-9A-Fa-f]{12}|[0-9A-Fa-f]{16}", digits):
        pairs = re.findall("..", digits)
        yield from (between.join(pairs) for between in ("", ":", "-"))
        yield from (between.join(reversed(pairs)) for between in ("", ":"))


def base64_of(secret: str) -> Iterator[str]:
    """Yield the letters that a secret leaves in base64, wherever it begins there."""
    raw = secret.encode()
    for offset in range(3):
        letters = base64.b64encode(b"x" * offset + raw + b"x" * 3).decode()
        sure = letters[(0, 2, 3)[offset] : (8 * (offset + len(raw))) // 6]
        if len(sure) > 4:
            yield from (sure, sure.replace("+", "-").replace("/", "_"))


def _opened(text: str) -> str:
    """Everything in base64 or hexadecimal, as what it says."""
    said = []
    for run in re.findall(r"[A-Za-z0-9+/_-]{8,}", text):
        plain_run = run.replace("-", "+").replace("_", "/")
        for cut in range(4):
            part = plain_run[cut:]
            part = part[: len(part) // 4 * 4]
            said.append(base64.b64decode(part).decode("utf-8", "ignore").casefold())
    frames = map(bytes.fromhex, re.findall(r"(?:[0-9A-Fa-f]{2}){4,}", text))
    said += [frame.decode("utf-8", "ignore").casefold() for frame in frames]
    return "\n".join(said)


def _unescaped(text: str) -> str:
    for _ in range(3):
        text = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)
        text = re.sub(r"\\+([\"'/])", r"\1", text)
    return text
