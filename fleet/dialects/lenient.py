"""Reading what strangers send: every function here gives None for what it cannot use, never raises.

MAC addresses are spelled in many ways (AABBCC..., aa:bb:..., 24_58_7C_...); some firmware and many
examples carry one that is nobody's ("NoMAC", zeros, AABBCCDDEEFF): those identify nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache

import msgspec

from fleet.model import Id

_NOBODYS = frozenset({"000000000000", "FFFFFFFFFFFF", "AABBCCDDEEFF", "112233445566"})
_MAC = re.compile(r"[0-9A-F]{2}(?:([:_\-]?)[0-9A-F]{2})(?:\1[0-9A-F]{2}){4}", re.ASCII)
_IEEE = re.compile(r"(?:.*[^0-9a-fA-F])?0x([0-9a-fA-F]{16})", re.ASCII)
_BARE_NAN = re.compile(r"(?<=[:\[,])(\s*)-?(?:nan|inf(?:inity)?)(?=\s*[,\]}])", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
"""Also what turns the direction of writing: a name could be made to look like another one."""
_NAME_LIMIT = 200
_MAX_READINGS = 60
_REPAIR_LIMIT = 1_000_000
_MAX_DEPTH = 4
_SCALARS = (str, int, float)
_EXACT = 2**53  # every whole number up to it is a float

Reading = str | float | bool


def words(payload: bytes) -> str | None:
    """Return the payload as text; None where it is not UTF-8."""
    try:
        return payload.decode()
    except UnicodeDecodeError:
        return None


def json_value(payload: bytes | str) -> object | None:
    """Return the JSON value, strict first, then with a bare nan or inf read as null."""
    try:
        value: object = msgspec.json.decode(payload)
    except (ValueError, RecursionError):
        text = payload if isinstance(payload, str) else words(payload)
        if text is None or len(text) > _REPAIR_LIMIT:
            return None
        try:
            value = msgspec.json.decode(_BARE_NAN.sub(r"\1null", text))
        except (ValueError, RecursionError):
            return None
    return value


def json_object(payload: bytes | str) -> dict[str, object] | None:
    """Return the JSON object; None for anything else."""
    value = json_value(payload)
    return value if isinstance(value, dict) else None


def text(value: object, limit: int = _NAME_LIMIT) -> str | None:
    """Return a value as one short line of text; None for nothing, for lists and for objects."""
    if isinstance(value, bool) or not isinstance(value, _SCALARS):
        return None
    line = str(value)
    if not line.isprintable():  # sees every control character, and some more
        line = _CONTROL.sub(" ", line)
    return line.strip()[:limit].strip() or None


def number(value: object) -> float | None:
    """Return a finite number, also from its text."""
    if isinstance(value, bool) or not isinstance(value, _SCALARS):
        return None
    try:
        result = float(value)
    except (ValueError, OverflowError):
        return None
    return result if math.isfinite(result) else None


def percent(value: object) -> float | None:
    """Return a number between 0 and 100."""
    result = number(value)
    return result if result is not None and 0 <= result <= 100 else None  # noqa: PLR2004 - per cent


def mac(value: object) -> Id | None:
    """Return ("mac", 12 upper-case hexadecimal digits); None for a spelling of nobody's."""
    if not isinstance(value, str):
        return None
    spelled = value.strip().upper()
    if not _MAC.fullmatch(spelled):
        return None
    digits = re.sub(r"[:_\-]", "", spelled)
    return None if digits in _NOBODYS else ("mac", digits)


def access_point(value: object) -> str | None:
    """Return a BSSID as 12 upper-case hexadecimal digits; None for what is none."""
    found = mac(value)
    return found[1] if found else None


def is_placeholder(value: str) -> bool:
    """Whether an identifier is one of the MAC addresses that examples are made of."""
    return re.sub(r"[:_\-]", "", value.strip().upper()) in _NOBODYS


def ieee(value: str) -> Id | None:
    """Return ("ieee", 0x + 16 lower-case digits) of an identifier that ends so."""
    found = _IEEE.fullmatch(value)
    if found is None or not found[1].strip("0") or not found[1].strip("fF"):
        return None
    return "ieee", "0x" + found[1].lower()


def flat(values: Mapping[str, object], *, skip: frozenset[str] = frozenset()) -> dict[str, Reading]:
    """Return nested readings as {"ENERGY.Power": 42.0}: bounded, scalars only."""
    result: dict[str, Reading] = {}
    _gather(values, "", skip, result, _MAX_DEPTH)
    return result


def _gather(
    values: Mapping[str, object],
    prefix: str,
    skip: frozenset[str],
    found: dict[str, Reading],
    depth: int,
) -> None:
    """Add the readings in `values` to `found`; in a house's hottest loop, so types come first."""
    for key, value in values.items():
        name = _name(key) if len(key) <= _NAME_LIMIT else text(key)
        if name is None or name in skip:
            continue
        if prefix:
            name = prefix + name
        kind = type(value)
        reading: Reading | None
        if kind is int and -_EXACT < value < _EXACT:  # type: ignore[operator] # an int
            reading = float(value)  # type: ignore[arg-type] # an int
        elif kind is bool:
            reading = value  # type: ignore[assignment] # a bool
        elif kind is dict and depth:
            _gather(value, name + ".", skip, found, depth - 1)  # type: ignore[arg-type] # a dict
            continue
        else:
            reading = text(value) if kind is str else number(value)
        if reading is not None:
            if len(found) >= _MAX_READINGS:
                return
            found[name] = reading


@lru_cache(maxsize=4_096)
def _name(key: str) -> str | None:
    """Return a reading's name as `text` has it: a house's devices use the same names for ever."""
    return text(key)
