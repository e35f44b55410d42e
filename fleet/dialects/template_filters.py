"""Home Assistant's filters and functions for templates, each bounded in time and in what it gives.

All are pure; times are in UTC. A filter that raises makes its field unknown (templates.py). What
Home Assistant has besides (its states, areas, random, regular expressions) is not here: a
stranger's pattern can take for ever, and there is no clock.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import math
import re
import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import cast

from jinja2 import Environment, pass_environment
from jinja2.exceptions import FilterArgumentError, SecurityError, UndefinedError
from jinja2.filters import FILTERS
from jinja2.runtime import Undefined
from jinja2.tests import TESTS

from fleet.dialects.lenient import json_value, number

TEXT_LIMIT = 65_536
"""Characters: no text that a template makes on its way is longer."""

_ITEMS = 1_000
_LARGEST = 2**256
_WIDEST = 40
_NOTHING = object()
_ZONE = dt.UTC
_OF_JINJA = (
    *("default", "d", "lower", "upper", "title", "capitalize", "trim", "string", "length"),
    *("count", "first", "last", "abs", "min", "max", "list", "truncate", "sum", "sort"),
    *("reverse", "unique", "select", "reject", "selectattr", "rejectattr", "items"),
)
_TESTS_OF_JINJA = (
    *("defined", "undefined", "none", "number", "string", "mapping", "sequence", "boolean"),
    *("true", "false", "integer", "float", "in", "eq", "==", "ne", "!=", "lt", "gt", "le", "ge"),
    *("<", ">", "<=", ">=", "even", "odd", "equalto", "iterable", "divisibleby"),
)


# --- operators ------------------------------------------------------------------------------------


def calculated(operator: str, left: object, right: object) -> object:
    """Return left operator right for +, * and %: of numbers, and of texts that stay short."""
    if operator == "%" and isinstance(left, str):
        return formatted(left, right)
    if isinstance(left, str) or isinstance(right, str):
        if operator != "+" or not (isinstance(left, str) and isinstance(right, str)):
            raise SecurityError("a text times a number")
        return joined(left, right)
    if isinstance(left, int | float) and isinstance(right, int | float):
        result = {"+": _sum, "*": _product, "%": _rest}[operator](left, right)
        if abs(result) > _LARGEST:
            raise SecurityError("a number larger than any reading")
        return result
    return _moved(operator, left, right)


def _moved(operator: str, left: object, right: object) -> object:
    if operator == "+" and isinstance(left, dt.datetime) and isinstance(right, dt.timedelta):
        return left + right
    raise TypeError(operator)


def _sum(left: float, right: float) -> float:
    return left + right


def _product(left: float, right: float) -> float:
    return left * right


def _rest(left: float, right: float) -> float:
    return left % right


def joined(*parts: object) -> str:
    """Return the parts one after the other, as `~` does."""
    texts = [str(part) for part in parts]
    if sum(map(len, texts)) > TEXT_LIMIT:
        raise SecurityError("a text that grew too long")
    return "".join(texts)


def replaced(value: object, old: object, new: object, count: object = -1) -> str:
    """Replace in a text, where that cannot make it much longer."""
    text, before, after = str(value), str(old), str(new)
    if (len(text) + 1) * max(1, len(after)) > TEXT_LIMIT:
        raise SecurityError("a replacement that could grow without end")
    return text.replace(before, after, count if isinstance(count, int) else -1)


def formatted(pattern: object, *values: object) -> str:
    """Format as Python's `%` does, with widths that a reading may have."""
    text = str(pattern)
    if any(int(width) > _WIDEST for width in re.findall(r"\d{1,9}", text)) or "*" in text:
        raise SecurityError("a format wider than any reading")
    return text % (values[0] if len(values) == 1 else values)


# --- numbers --------------------------------------------------------------------------------------


def _float(value: object, default: object = _NOTHING) -> object:
    result = number(value)
    if result is not None:
        return result
    if default is _NOTHING:
        raise ValueError(value)
    return default


def _int(value: object, default: object = _NOTHING, base: int = 10) -> object:
    if isinstance(value, str) and base != 10:  # noqa: PLR2004 - decimal
        return int(value[:_WIDEST], base)
    result = number(value)
    if result is not None:
        return int(result)
    if default is _NOTHING:
        raise ValueError(value)
    return default


def _bool(value: object, default: object = _NOTHING) -> object:
    word = str(value).strip().lower()
    if word in {"1", "true", "yes", "on", "enable"}:
        return True
    if word in {"0", "false", "no", "off", "disable"}:
        return False
    if default is _NOTHING:
        raise ValueError(value)
    return default


def _round(
    value: object, precision: int = 0, method: str = "common", default: object = None
) -> object:
    result = number(value)
    if result is None:
        if default is None:
            raise ValueError(value)
        return default
    digits = max(-12, min(12, int(precision)))
    if method == "common":
        rounded = round(result, digits)
    elif method == "half":
        rounded = round(result * 2) / 2
    elif method in {"floor", "ceil"}:
        towards = math.floor if method == "floor" else math.ceil
        rounded = towards(result * 10.0**digits) / 10.0**digits
    else:
        raise FilterArgumentError(method)
    return int(rounded) if digits == 0 and method != "half" else rounded


def _number(value: object) -> float:
    return float(str(value))


def _multiply(value: object, factor: object) -> float:
    return _number(value) * _number(factor)


def _add(value: object, amount: object) -> float:
    return _number(value) + _number(amount)


def _log(value: object, base: object = math.e) -> float:
    return math.log(_number(value), _number(base))


def _sqrt(value: object) -> float:
    return math.sqrt(_number(value))


def _clamp(value: object, low: object, high: object) -> float:
    return max(_number(low), min(_number(high), _number(value)))


def _least(*values: object) -> float:
    return min(_several(values))


def _most(*values: object) -> float:
    return max(_several(values))


def _average(*values: object) -> float:
    return statistics.fmean(_several(values))


def _median(*values: object) -> float:
    return statistics.median(_several(values))


def _several(values: tuple[object, ...]) -> list[float]:
    inner = values[0] if len(values) == 1 and isinstance(values[0], list | tuple) else values
    return [_number(each) for each in inner]


def _whole(value: object) -> int:
    found = _int(value)
    if not isinstance(found, int):
        raise TypeError(value)
    return found


def _and(value: object, mask: object) -> int:
    return _whole(value) & _whole(mask)


def _or(value: object, mask: object) -> int:
    return _whole(value) | _whole(mask)


def _xor(value: object, mask: object) -> int:
    return _whole(value) ^ _whole(mask)


def _is_number(value: object) -> bool:
    return number(value) is not None


# --- texts and lists ------------------------------------------------------------------------------


def _is_defined(value: object) -> object:
    if isinstance(value, Undefined):
        raise UndefinedError("is_defined")
    return value


def _to_json(value: object, *_: object, **__: object) -> str:
    said = json.dumps(value, ensure_ascii=False)
    if len(said) > TEXT_LIMIT:
        raise SecurityError("a text that grew too long")
    return said


def _from_json(value: object, *_: object) -> object:
    parsed = json_value(str(value))
    if parsed is None:
        raise ValueError(value)
    return parsed


def _join(values: Iterable[object], separator: str = "") -> str:
    if not isinstance(values, list | tuple | Iterator):
        raise TypeError(type(values))
    parts = [str(value) for value in _some(values)]
    return joined(*[part for each in parts for part in (separator, each)][1:])


def _some(values: Iterable[object]) -> list[object]:
    found: list[object] = []
    for each in values:
        if len(found) >= _ITEMS:
            raise SecurityError("a list longer than any reading's")
        found.append(each)
    return found


@pass_environment
def _map(
    environment: Environment, values: Iterable[object], *, attribute: str, default: object = None
) -> list[object]:
    """Only what a list's entries have, not what a filter makes of each."""
    found = [environment.getitem(each, attribute) for each in _some(values)]
    return [default if isinstance(each, Undefined) else each for each in found]


def _iif(value: object, yes: object = True, no: object = False, nothing: object = None) -> object:  # noqa: FBT002 - Home Assistant's own signature
    if value is None:
        return nothing
    return yes if value else no


def _contains(values: object, value: object) -> bool:
    return isinstance(values, str | list | tuple | dict) and value in values


def _slug(value: object, separator: str = "_") -> str:
    return re.sub(r"[^a-z0-9]+", "_", str(value).lower()).strip("_").replace("_", separator[:4])


def _base64(value: object) -> str:
    return base64.b64decode(str(value)).decode()


def _ord(value: object) -> int:
    return ord(str(value))


def _typeof(value: object) -> str:
    return type(value).__name__


# --- times ----------------------------------------------------------------------------------------


def _moment(value: object, *_: object) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value if value.tzinfo else value.replace(tzinfo=_ZONE)
    if (seconds := number(value)) is not None:
        return dt.datetime.fromtimestamp(seconds, _ZONE)
    return _moment(dt.datetime.fromisoformat(str(value)))


def _seconds(value: object, default: object = _NOTHING) -> object:
    try:
        return _moment(value).timestamp()
    except (ValueError, OverflowError):
        if default is _NOTHING:
            raise
        return default


def _iso(value: object, *_: object) -> str:
    return dt.datetime.fromtimestamp(_number(value), _ZONE).isoformat()


def _timestamp(value: object, pattern: str = "%Y-%m-%d %H:%M:%S", *_: object) -> str:
    return shown(dt.datetime.fromtimestamp(_number(value), _ZONE), pattern)


def shown(moment: dt.datetime, pattern: object) -> str:
    """Write a time in a pattern without widths."""
    text = str(pattern)
    if len(text) > TEXT_LIMIT // 64 or re.search(r"%[^a-zA-Z%]", text):
        raise SecurityError("a width in a time format")
    return moment.strftime(text)


def _read_time(value: object, pattern: object, default: object = _NOTHING) -> object:
    try:
        return dt.datetime.strptime(str(value)[:100], str(pattern)[:100])  # noqa: DTZ007 - the pattern says
    except ValueError:
        if default is _NOTHING:
            raise
        return default


def _timedelta(**parts: object) -> dt.timedelta:
    return dt.timedelta(**{name: _number(value) for name, value in parts.items()})


FILTERS_OF_OURS: Mapping[str, Callable[..., object]] = {
    **{name: FILTERS[name] for name in _OF_JINJA},
    "add": _add,
    "as_datetime": _moment,
    "as_local": _moment,
    "as_timestamp": _seconds,
    "average": _average,
    "base64_decode": _base64,
    "bitwise_and": _and,
    "bitwise_or": _or,
    "bitwise_xor": _xor,
    "bool": _bool,
    "clamp": _clamp,
    "contains": _contains,
    "float": _float,
    "format": formatted,
    "from_json": _from_json,
    "iif": _iif,
    "int": _int,
    "is_defined": _is_defined,
    "is_number": _is_number,
    "join": _join,
    "log": _log,
    "map": _map,
    "median": _median,
    "multiply": _multiply,
    "ord": _ord,
    "replace": replaced,
    "round": _round,
    "slugify": _slug,
    "sqrt": _sqrt,
    "strptime": _read_time,
    "timestamp_custom": _timestamp,
    "timestamp_local": _iso,
    "timestamp_utc": _iso,
    "to_json": _to_json,
    "tojson": _to_json,
    "typeof": _typeof,
}
FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "as_datetime": _moment,
    "as_local": _moment,
    "as_timestamp": _seconds,
    "average": _average,
    "bool": _bool,
    "clamp": _clamp,
    "float": _float,
    "iif": _iif,
    "int": _int,
    "is_number": _is_number,
    "log": _log,
    "max": _most,
    "median": _median,
    "min": _least,
    "slugify": _slug,
    "sqrt": _sqrt,
    "strptime": _read_time,
    "timedelta": _timedelta,
    "typeof": _typeof,
}
TESTS_OF_OURS: Mapping[str, Callable[..., object]] = {
    **{name: cast("Callable[..., object]", TESTS[name]) for name in _TESTS_OF_JINJA},
    "contains": _contains,
    "is_number": _is_number,
}
