"""PINs: kept only as a slow hash, and guessed only slowly.

scrypt of the standard library (N = 2^15, r = 8, p = 1: 32 MiB and about a tenth of a second), as
OWASP's cheat sheet names it: argon2 would be a library of its own for the window. Four digits stay
four digits: a hash that gets into wrong hands is tried out in minutes, whatever made it. What the
PIN keeps apart are people of one home at one computer account (docs/members.md).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass

from fleet.errors import CommandError

SHORTEST, LONGEST = 4, 64
"""Characters of a PIN, which may be words as well."""

_COST, _BLOCK, _LANES = 1 << 15, 8, 1
_MEMORY = 64 << 20
FREE = 5
"""Wrong ones in a row before the first wait."""
_FIRST_S, _MOST_S = 30.0, 3600.0
_KEPT = re.compile(r"scrypt\$(\d+)\$(\d+)\$(\d+)\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)")


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong PINs in a row, and when the last was tried; kept, so that no restart forgives them."""

    wrong: int = 0
    at: float = 0.0


def wait(tries: Tries, now: float) -> float:
    """Return how many seconds nothing may be tried: none for five, then 30 s, doubled to an hour.

    A clock that was set back before the last try does not lengthen it beyond that.
    """
    if tries.wrong < FREE:
        return 0.0
    delay = min(_FIRST_S * 2.0 ** min(tries.wrong - FREE, 20), _MOST_S)
    return max(0.0, delay - max(0.0, now - tries.at))


def tried(tries: Tries, now: float) -> Tries:
    """Count a try before it is known whether it is right: a kill in between wins nothing."""
    return Tries(tries.wrong + 1, now)


def check(pin: str) -> str:
    """Return the PIN as it is hashed. CommandError: pin_short, pin_long, pin_plain (all alike)."""
    pin = unicodedata.normalize("NFKC", pin).strip()
    if len(pin) < SHORTEST:
        raise CommandError("pin_short", least=SHORTEST)
    if len(pin) > LONGEST:
        raise CommandError("pin_long", most=LONGEST)
    if len(set(pin)) == 1 or pin in "0123456789" or pin in "9876543210":
        raise CommandError("pin_plain")
    return pin


def hashed(pin: str, salt: bytes) -> str:
    """Return what is kept of a checked PIN; `salt`: 16 random bytes. Takes a tenth of a second."""
    key = _key(pin, salt, _COST, _BLOCK, _LANES)
    said = (base64.b64encode(part).decode() for part in (salt, key))
    return "$".join(("scrypt", str(_COST), str(_BLOCK), str(_LANES), *said))


def holds(pin: str, kept: str) -> bool:
    """Whether this is the PIN of `kept`; takes as long for a wrong one."""
    match = _KEPT.fullmatch(kept)
    if match is None:
        return False
    cost, block, lanes = (int(part) for part in match.group(1, 2, 3))
    salt, key = (base64.b64decode(part) for part in match.group(4, 5))
    said = unicodedata.normalize("NFKC", pin).strip()[: LONGEST + 1]
    return hmac.compare_digest(_key(said, salt, cost, block, lanes), key)


def _key(pin: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    return hashlib.scrypt(
        pin.encode(), salt=salt, n=cost, r=block, p=lanes, maxmem=_MEMORY, dklen=32
    )
