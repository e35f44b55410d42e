"""Home Assistant's templates: a small, safe part of Jinja, as a pure function of what it is given.

A template is a stranger's program. Before it is compiled every node of its syntax tree must be on
the list below: no loops, no `**`, no ranges, no methods but a few of strings, mappings and times;
what could double itself (`~`, `+`, `*`, a `set` of a list) is bounded at each step, as are lengths
on the way in and on the way out. What is not on the list, and whatever a template raises, makes its
field unknown (None); nothing is ever raised to the caller.

    render("{{ value_json.update.installed_version }}", '{"update": {"installed_version": "1.2"}}')
    filled('{"brightness": {{ brightness }}}', {"brightness": 80})

Source of the names: Home Assistant, "Templating" and "MQTT" pages. Times are given in UTC: a
dialect is pure and does not know where the house is, nor what time it is.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import TemplateError, nodes
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from jinja2.visitor import NodeTransformer

from fleet.dialects import template_filters as own
from fleet.dialects.lenient import json_value

_SOURCE_LIMIT = 4_096
_VALUE_LIMIT = own.TEXT_LIMIT
_OUTPUT_LIMIT = 8_192
_DEPTH_LIMIT = 40
_NODE_LIMIT = 400
_ASSIGNED_LIMIT = 8
_JOINED = "_joined"

_NODES = frozenset(
    {
        *("Template", "Output", "TemplateData", "Name", "Const", "Getattr", "Getitem", "Slice"),
        *("Filter", "Test", "If", "CondExpr", "Compare", "Operand", "And", "Or", "Not"),
        *("Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Neg", "Pos", "Concat"),
        *("List", "Tuple", "Dict", "Pair", "Call", "Keyword", "Assign"),
    }
)
_METHODS = frozenset(
    {
        *("get", "items", "keys", "values", "lower", "upper", "strip", "lstrip", "rstrip"),
        *("title", "capitalize", "split", "replace", "startswith", "endswith"),
        *("isdigit", "isnumeric", "strftime", "timestamp", "isoformat"),
    }
)
_PLAIN = re.compile(r"\{\{ *value_json((?:\.[A-Za-z]\w*|\['\w+'\])+) *\}\}", re.ASCII)
_KEYS = re.compile(r"\w+")


def render(source: str, value: str) -> str | None:
    """Return what the template makes of the payload; None where it cannot be known."""
    if len(value) > _VALUE_LIMIT:
        return None
    if (said := _at(_path(source), value)) is not None:
        return said
    context: dict[str, object] = {"value": value}
    if (parsed := _parsed(value)) is not None:
        context["value_json"] = parsed
    return _rendered(source, context)


def filled(source: str, values: Mapping[str, object]) -> str | None:
    """Return what a command's template makes of these values; None where it cannot be known."""
    return _rendered(source, values)


def _rendered(source: str, context: Mapping[str, object]) -> str | None:
    template = _compiled(source)
    if template is None:
        return None
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
        compiled = _ENVIRONMENT.from_string(_Bounded().visit(tree))
    except (TemplateError, RecursionError, MemoryError, ValueError, SyntaxError, TypeError):
        return None

    def run(values: Mapping[str, object]) -> str:
        """Do as Template.render does, without its copies of what is global: half the time."""
        context = Context(_ENVIRONMENT, {**_GLOBALS, **values}, None, compiled.blocks)
        return "".join(compiled.root_render_func(context))

    return run


def _allowed(tree: nodes.Template) -> bool:
    assigned: set[str] = set()
    for seen, (node, depth) in enumerate(_with_depth(tree, 0)):
        if type(node).__name__ not in _NODES or depth > _DEPTH_LIMIT or seen > _NODE_LIMIT:
            return False
        if isinstance(node, nodes.Call) and not _may_call(node.node):
            return False
        if isinstance(node, nodes.Filter) and node.name not in _ENVIRONMENT.filters:
            return False
        if isinstance(node, nodes.Assign):
            if not isinstance(node.target, nodes.Name):
                return False
            assigned.add(node.target.name)
    return len(assigned) <= _ASSIGNED_LIMIT and not _could_double(tree, assigned)


def _could_double(tree: nodes.Template, assigned: set[str]) -> bool:
    """Whether a list is put together of assigned names: one of two, of two, of two, ..."""
    return any(
        name.name in assigned
        for assignment in tree.find_all(nodes.Assign)
        for held in assignment.find_all((nodes.List, nodes.Tuple, nodes.Dict, nodes.Call))
        for name in held.find_all(nodes.Name)
    )


def _may_call(callee: nodes.Node) -> bool:
    if isinstance(callee, nodes.Name):
        return callee.name in _ENVIRONMENT.globals
    return isinstance(callee, nodes.Getattr) and callee.attr in _METHODS


def _with_depth(node: nodes.Node, depth: int) -> Iterator[tuple[nodes.Node, int]]:
    yield node, depth
    if depth <= _DEPTH_LIMIT:
        for child in node.iter_child_nodes():
            yield from _with_depth(child, depth + 1)


class _Bounded(NodeTransformer):
    """Let `~` be done by a function of ours: Jinja's own cannot be kept short."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - jinja's own name
        self.generic_visit(node)
        callee = nodes.Name(_JOINED, "load")
        return nodes.Call(callee, node.nodes, [], None, None, lineno=node.lineno)


class _Environment(SandboxedEnvironment):
    """The sandbox, with the operations that can make something much longer held short."""

    intercepted_binops = frozenset({"%", "+", "*"})

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - jinja's own signature
        """Let a payload's own key win over a mapping's method: `value_json.update` is a key."""
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - jinja's own signature
        del context
        return own.calculated(operator, left, right)

    def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - jinja's own signature: names may be keywords
        called = args[2]
        owner = getattr(called, "__self__", None)
        name = getattr(called, "__name__", "")
        if isinstance(owner, str) and name == "replace":
            return own.replaced(owner, *args[3:])
        if isinstance(owner, dt.datetime) and name == "strftime":
            return own.shown(owner, *args[3:])
        return SandboxedEnvironment.call(*args, **kwargs)


def _environment() -> _Environment:
    environment = _Environment(autoescape=False)
    environment.filters = dict(own.FILTERS_OF_OURS)
    environment.tests = dict(own.TESTS_OF_OURS)
    environment.globals = dict(_GLOBALS)
    return environment


_GLOBALS: Mapping[str, Any] = {**own.FUNCTIONS, _JOINED: own.joined}
_ENVIRONMENT = _environment()
