"""Home Assistant's value templates: a small, safe part of Jinja, as a pure function of a payload.

A template is a stranger's program. Before it is compiled every node of its syntax tree must be on
the list below: no loops, no assignments, no `*`, `**`, no ranges, no methods but a few of strings
and mappings; lengths are limited on the way in and on the way out. What is not on the list, and
whatever a template raises, makes its field unknown (None); nothing is ever raised to the caller.

    render("{{ value_json.update.installed_version }}", '{"update": {"installed_version": "1.2"}}')

Source of the names: Home Assistant, "Templating" and "MQTT" pages. Times are given in UTC: a
dialect is pure and does not know where the house is.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import TemplateError, nodes
from jinja2.exceptions import FilterArgumentError, SecurityError, UndefinedError
from jinja2.filters import FILTERS
from jinja2.runtime import Undefined
from jinja2.sandbox import SandboxedEnvironment
from jinja2.tests import TESTS

from fleet.dialects.lenient import json_value, number

_SOURCE_LIMIT = 4_096
_VALUE_LIMIT = 65_536
_OUTPUT_LIMIT = 8_192
_DEPTH_LIMIT = 40
_NODE_LIMIT = 400
_ZONE = dt.UTC

_NODES = frozenset(
    {
        *("Template", "Output", "TemplateData", "Name", "Const", "Getattr", "Getitem", "Slice"),
        *("Filter", "Test", "If", "CondExpr", "Compare", "Operand", "And", "Or", "Not"),
        *("Add", "Sub", "Div", "FloorDiv", "Mod", "Neg", "Pos", "Concat"),
        *("List", "Tuple", "Dict", "Pair", "Call", "Keyword"),
    }
)
_METHODS = frozenset(
    {
        *("get", "items", "keys", "values", "lower", "upper", "strip", "lstrip", "rstrip"),
        *("title", "capitalize", "split", "replace", "startswith", "endswith"),
        *("isdigit", "isnumeric"),
    }
)
_TESTS = ("defined", "undefined", "none", "number", "string", "mapping", "sequence", "boolean")
_TESTS_MORE = (
    "true",
    "false",
    "integer",
    "float",
    "in",
    "eq",
    "==",
    "ne",
    "!=",
    "lt",
    "gt",
    "even",
)
_PLAIN = re.compile(r"\{\{ *value_json((?:\.[A-Za-z]\w*|\['\w+'\])+) *\}\}", re.ASCII)
_KEYS = re.compile(r"\w+")
_OWN_FILTERS = ("default", "d", "lower", "upper", "title", "capitalize", "trim", "string", "length")
_OWN_FILTERS_MORE = ("count", "first", "last", "abs", "min", "max", "list", "truncate")


def render(source: str, value: str) -> str | None:
    """Return what the template makes of the payload; None where it cannot be known."""
    if len(value) > _VALUE_LIMIT:
        return None
    if (said := _at(_path(source), value)) is not None:
        return said
    template = _compiled(source)
    if template is None:
        return None
    context: dict[str, object] = {"value": value}
    if (parsed := _parsed(value)) is not None:
        context["value_json"] = parsed
    try:
        result = template(context).strip()
    except Exception:  # noqa: BLE001 - a stranger's program: whatever it raises, the field is unknown
        return None
    return result if len(result) <= _OUTPUT_LIMIT else None


@lru_cache(maxsize=4)
def _parsed(value: str) -> object | None:
    """Return the payload's JSON; templates cannot change it, and several read the same one."""
    return json_value(value)


@lru_cache(maxsize=4_096)
def _path(source: str) -> tuple[str, ...]:
    """Return the keys of a template that only names a field, () for any other."""
    plain = _PLAIN.fullmatch(source) if len(source) <= _SOURCE_LIMIT else None
    return tuple(_KEYS.findall(plain[1].replace("'", "."))) if plain else ()


def _at(path: tuple[str, ...], value: str) -> str | None:
    """Return what is there as the template would print it; None where only it can tell."""
    found = _parsed(value) if path else None
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, str | int | float):
        return None
    said = str(found).strip()
    return said if len(said) <= _OUTPUT_LIMIT else None


@lru_cache(maxsize=4_096)
def _compiled(source: str) -> Callable[[Mapping[str, object]], str] | None:
    if len(source) > _SOURCE_LIMIT:
        return None
    try:
        tree = _ENVIRONMENT.parse(source)
        if not _allowed(tree):
            return None
        return _ENVIRONMENT.from_string(tree).render
    except (TemplateError, RecursionError, MemoryError, ValueError, SyntaxError, TypeError):
        return None


def _allowed(tree: nodes.Template) -> bool:
    for seen, (node, depth) in enumerate(_with_depth(tree, 0)):
        if type(node).__name__ not in _NODES or depth > _DEPTH_LIMIT or seen > _NODE_LIMIT:
            return False
        if isinstance(node, nodes.Call) and not _may_call(node.node):
            return False
        if isinstance(node, nodes.Filter) and node.name not in _ENVIRONMENT.filters:
            return False
    return True


def _may_call(callee: nodes.Node) -> bool:
    if isinstance(callee, nodes.Name):
        return callee.name in _ENVIRONMENT.globals
    return isinstance(callee, nodes.Getattr) and callee.attr in _METHODS


def _with_depth(node: nodes.Node, depth: int) -> Iterator[tuple[nodes.Node, int]]:
    yield node, depth
    if depth <= _DEPTH_LIMIT:
        for child in node.iter_child_nodes():
            yield from _with_depth(child, depth + 1)


class _Environment(SandboxedEnvironment):
    """The sandbox, with the two operations that can make a text much longer held short."""

    intercepted_binops = frozenset({"%"})

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - jinja's own signature
        """Let a payload's own key win over a mapping's method: `value_json.update` is a key."""
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - jinja's own signature
        if isinstance(left, str):
            return _format(left, right)
        return super().call_binop(context, operator, left, right)

    def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - jinja's own signature: names may be keywords
        called = args[2]
        owner = getattr(called, "__self__", None)
        if isinstance(owner, str) and getattr(called, "__name__", "") == "replace":
            return _replace(owner, *args[3:])
        return SandboxedEnvironment.call(*args, **kwargs)


# --- filters and functions of Home Assistant ------------------------------------------------------


def _replace(value: object, old: object, new: object, count: object = -1) -> str:
    text, before, after = str(value), str(old), str(new)
    if (len(text) + 1) * max(1, len(after)) > _VALUE_LIMIT:
        raise SecurityError("a replacement that could grow without end")
    return text.replace(before, after, count if isinstance(count, int) else -1)


def _format(pattern: object, *values: object) -> str:
    text = str(pattern)
    if any(int(width) > 40 for width in re.findall(r"\d{1,9}", text)) or "*" in text:  # noqa: PLR2004 - wider than any reading
        raise SecurityError("a format wider than any reading")
    return text % (values[0] if len(values) == 1 else values)


def _is_defined(value: object) -> object:
    if isinstance(value, Undefined):
        raise UndefinedError("is_defined")
    return value


_NOTHING = object()


def _float(value: object, default: object = _NOTHING) -> object:
    result = number(value)
    if result is not None:
        return result
    if default is _NOTHING:
        raise ValueError(value)
    return default


def _int(value: object, default: object = _NOTHING, base: int = 10) -> object:
    if isinstance(value, str) and base != 10:  # noqa: PLR2004 - decimal
        return int(value[:40], base)
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
    if method != "common":
        raise FilterArgumentError(method)
    digits = max(-12, min(12, int(precision)))
    rounded = round(result, digits)
    return int(rounded) if digits == 0 else rounded


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _from_json(value: object) -> object:
    parsed = json_value(str(value))
    if parsed is None:
        raise ValueError(value)
    return parsed


def _join(values: object, separator: str = "") -> str:
    if not isinstance(values, list | tuple):
        raise TypeError(type(values))
    parts = [str(value) for value in values[:1_000]]
    if sum(map(len, parts)) + len(separator) * len(parts) > _VALUE_LIMIT:
        raise SecurityError("a text that grew too long")
    return separator.join(parts)


def _is_number(value: object) -> bool:
    return number(value) is not None


def _iif(value: object, yes: object = True, no: object = False, nothing: object = None) -> object:  # noqa: FBT002 - Home Assistant's own signature
    if value is None:
        return nothing
    return yes if value else no


def _moment(value: object) -> dt.datetime:
    return dt.datetime.fromtimestamp(float(str(value)), _ZONE)


def _iso(value: object) -> str:
    return _moment(value).isoformat()


def _timestamp(value: object, pattern: str = "%Y-%m-%d %H:%M:%S", local: object = None) -> str:  # noqa: ARG001 - always UTC, see above
    if re.search(r"%[^a-zA-Z%]", pattern):
        raise SecurityError("a width in a time format")
    return _moment(value).strftime(pattern)


def _multiply(value: object, factor: object) -> float:
    return float(str(value)) * float(str(factor))


def _add(value: object, amount: object) -> float:
    return float(str(value)) + float(str(amount))


def _environment() -> _Environment:
    environment = _Environment(autoescape=False)
    environment.filters = {name: FILTERS[name] for name in (*_OWN_FILTERS, *_OWN_FILTERS_MORE)}
    environment.filters |= {
        "replace": _replace,
        "format": _format,
        "is_defined": _is_defined,
        "float": _float,
        "int": _int,
        "bool": _bool,
        "round": _round,
        "tojson": _to_json,
        "to_json": _to_json,
        "from_json": _from_json,
        "join": _join,
        "is_number": _is_number,
        "iif": _iif,
        "timestamp_custom": _timestamp,
        "timestamp_local": _iso,
        "timestamp_utc": _iso,
        "multiply": _multiply,
        "add": _add,
    }
    environment.tests = {name: TESTS[name] for name in (*_TESTS, *_TESTS_MORE)}
    environment.globals = {
        "float": _float,
        "int": _int,
        "bool": _bool,
        "is_number": _is_number,
        "iif": _iif,
    }
    return environment


_ENVIRONMENT = _environment()
