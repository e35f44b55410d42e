"""The hub's HTTP face as an OpenAPI 3.1 document, made from the endpoints themselves.

Nothing in it is written by hand twice: paths, bodies, answers and who may ask are those by which a
request is handled, and a schema is the very type that decodes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from starlette.responses import Response

from feedback.wire import PROTOCOL, Problem
from hub.http import Endpoint, Who
from hub.rights import Right

VERSION: Final = "1"
_REF: Final = "#/components/schemas/{name}"
_PATH_PART: Final = re.compile(r"{(\w+)(?::\w+)?}")
_QUERY_PART: Final = re.compile(r"\?(\w+)=")
_PROBLEM_REF: Final = "#/components/responses/Problem"
_PROBLEM: Final = "application/problem+json"
_SIGNED: Final = {
    "type": "apiKey",
    "in": "header",
    "name": "Signature",
    "description": f"RFC 9421 with ed25519, tag {PROTOCOL}: feedback/signature.py.",
}
_STAFF: Final = {"type": "http", "scheme": "bearer", "description": "A session or a token."}


def document(endpoints: Iterable[Endpoint], statuses: Mapping[str, int]) -> dict[str, Any]:
    """Return the document of these endpoints; `statuses`: the code of a problem -> HTTP status."""
    listed = tuple(endpoints)
    kinds = [Problem, *_kinds(listed)]
    schemas, components = msgspec.json.schema_components(kinds, ref_template=_REF)
    refs = dict(zip(kinds, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for one in sorted(listed, key=lambda one: (_plain(one.path), one.method)):
        paths.setdefault(_plain(one.path), {})[one.method.lower()] = _operation(one, refs)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Orangery hub",
            "version": VERSION,
            "description": "Made from hub/http.py's endpoints by hub/openapi.py.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {"signed": _SIGNED, "staff": _STAFF},
            "responses": {"Problem": _problem(refs[Problem], statuses)},
        },
    }


def _kinds(listed: Iterable[Endpoint]) -> list[Any]:
    said = {kind: None for one in listed for kind in (one.asks, one.says) if _is_json(kind)}
    return sorted(said, key=repr)


def _is_json(kind: Any) -> bool:  # noqa: ANN401 - any type an endpoint may name
    return not (kind is None or kind is bytes or _is_response(kind))


def _is_response(kind: Any) -> bool:  # noqa: ANN401 - likewise
    return isinstance(kind, type) and issubclass(kind, Response)


def _plain(path: str) -> str:
    return _PATH_PART.sub(r"{\1}", path)


def _operation(one: Endpoint, refs: Mapping[Any, dict[str, Any]]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": f"{one.method.lower()}{_identifier(one.path)}",
        "summary": one.summary,
        "responses": {**_answers(one, refs), "default": {"$ref": _PROBLEM_REF}},
    }
    if one.who is not Who.ANYONE:
        said["security"] = [{"signed": []} if one.who is Who.MEMBER else {"staff": []}]
    if isinstance(one.who, Right):
        said["x-right"] = str(one.who)
    if parameters := _parameters(one):
        said["parameters"] = parameters
    if one.asks is not None:
        said["requestBody"] = {"required": True, "content": _content(one.asks, refs)}
    return said


def _parameters(one: Endpoint) -> list[dict[str, Any]]:
    """Return what stands in the path, and what a summary names as "?name="."""
    text = {"schema": {"type": "string"}}
    return [
        *(
            {"name": n, "in": "path", "required": True, **text}
            for n in _PATH_PART.findall(one.path)
        ),
        *({"name": n, "in": "query", **text} for n in _QUERY_PART.findall(one.summary)),
    ]


def _answers(one: Endpoint, refs: Mapping[Any, dict[str, Any]]) -> dict[str, Any]:
    if one.says is not None:
        return {"200": {"description": "The answer.", "content": _content(one.says, refs)}}
    empty = {"application/json": {"schema": {"type": "object", "maxProperties": 0}}}
    return {
        "200": {"description": "It is done.", "content": empty},
        "204": {"description": "It is done."},
    }


def _content(kind: Any, refs: Mapping[Any, dict[str, Any]]) -> dict[str, Any]:  # noqa: ANN401 - a type
    if not _is_json(kind):
        return {"application/octet-stream": {}}
    return {"application/json": {"schema": refs[kind]}}


def _problem(schema: Mapping[str, Any], statuses: Mapping[str, int]) -> dict[str, Any]:
    codes = ", ".join(f"{code} ({status})" for code, status in sorted(statuses.items()))
    return {
        "description": f"It was refused; `code` is the contract: {codes}.",
        "headers": {
            "Retry-After": {
                "description": "Seconds; always with 429 and 503.",
                "schema": {"type": "integer", "minimum": 1},
            }
        },
        "content": {_PROBLEM: {"schema": dict(schema)}},
    }


def _identifier(path: str) -> str:
    words = re.findall(r"[A-Za-z0-9]+", _PATH_PART.sub(r"by_\1", path))
    return "".join(word[0].upper() + word[1:] for word in words)
