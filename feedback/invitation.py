"""Invitation codes: OR-XXXX-XXXX-XXXX-XXXX-C, 80 random bits and one check symbol (Crockford)."""

from __future__ import annotations

import secrets
from typing import Final

from feedback.wire import HubError

_SYMBOLS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECKS: Final = _SYMBOLS + "*~$=U"
_READ_AS: Final = str.maketrans("ILO", "110")
_BITS: Final = 80
_LENGTH: Final = 17  # 16 symbols and the check


def make() -> str:
    """Return a new code as people see it."""
    return of_number(secrets.randbits(_BITS))


def of_number(number: int) -> str:
    """Return the code of a number of 80 bits, as people see it."""
    symbols = "".join(_SYMBOLS[number >> shift & 31] for shift in range(_BITS - 5, -1, -5))
    return shown(symbols + _CHECKS[number % 37])


def read(typed: str) -> str:
    """Return the 17 symbols of a typed code, in capitals and without its ornaments.

    Forgives small letters, spaces, dashes and I, L, O. HubError("code_mistyped") where the check
    symbol says that something else was typed wrong: no hub has to be asked for that.
    """
    plain = "".join(typed.upper().replace("-", " ").split())
    if plain.startswith("OR") and len(plain) == _LENGTH + 2:
        plain = plain[2:]
    symbols, check = plain[:-1].translate(_READ_AS), plain[-1:]
    if len(plain) != _LENGTH or any(symbol not in _SYMBOLS for symbol in symbols):
        raise HubError("code_mistyped")
    number = 0
    for symbol in symbols:
        number = number * 32 + _SYMBOLS.index(symbol)
    if _CHECKS[number % 37] not in {check, check.translate(_READ_AS)}:
        raise HubError("code_mistyped")
    return symbols + _CHECKS[number % 37]


def shown(code: str) -> str:
    """Return 17 symbols as people see them."""
    return "-".join(("OR", code[:4], code[4:8], code[8:12], code[12:16], code[16:]))
