"""Codes of errors and reasons become a sentence and a hint, for window and command line; no Qt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import resources
from desktop import tongues
from desktop.plain import plain

_FALLBACK = "unexpected"


def say(
    code: str, facts: Mapping[str, str] | None = None, language: str = "en", *, book: str = ""
) -> tuple[str, str]:
    """Return (what happened, what to do) for `code`; a code nobody wrote down is named as it is.

    `facts` fill the {placeholders}, as plain text; one that is missing is left out rather than
    shown as a brace.
    `book`: codes of their own, in resources/i18n/<book>.json: "gates", "deltas". A fact "language"
    is a code and is told by its name.
    """
    told = {"code": code, **(facts or {})}
    if "language" in told and (name := _book("changes").get(f"language_{told['language']}")):
        told["language"] = _in(language, name)
    entry = (_book(book) if book else catalogue()).get(code) or catalogue()[_FALLBACK]
    sentence, hint = (tongues.told(one, language) for one in _in(language, entry))
    return _fill(sentence, told), _fill(hint, told)


def phrase(book: str, code: str, language: str = "en") -> str:
    """Return the words for `code` of resources/i18n/<book>.json, where these are no sentences."""
    return tongues.told(str(_in(language, _book(book)[code])), language)


@cache
def catalogue() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """Return code -> language -> (sentence, hint), merged from resources/i18n/errors/*.json."""
    merged: dict[str, Mapping[str, tuple[str, str]]] = {}
    for file in sorted(resources.path("i18n/errors").glob("*.json")):
        merged.update(json.loads(file.read_text(encoding="utf-8")))
    return merged


@cache
def _book(name: str) -> Mapping[str, Mapping[str, Any]]:
    read: dict[str, Mapping[str, Any]] = json.loads(
        resources.path(f"i18n/{name}.json").read_text(encoding="utf-8")
    )
    return read


def _in(language: str, entry: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a text or several
    return entry.get(tongues.written(language)) or entry["en"]


class _Told(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _fill(text: str, facts: Mapping[str, str]) -> str:
    shown = {name: plain(one) if isinstance(one, str) else one for name, one in facts.items()}
    return text.format_map(_Told(shown))
