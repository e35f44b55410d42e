"""The signature of a report: what its evidence says happened, without what differs in each home.

`component : event : code`, made by the rules in hub/rules/signatures.json; the first rule that
finds something decides. A rule looks into one part of the evidence, at the fields it names, and
only at what happened within some time before the report: an old failure explains nothing. A rule
that knows only some values (`normal`) passes over all others, so that an ordinary restart is none.
"" where nothing is found; such a report is never joined to another by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from feedback.wire import CreateReport, Kind

_RULES: Final = Path(__file__).parent / "rules" / "signatures.json"
_MOST: Final = 200  # characters
_VALUE_MOST: Final = 120


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to look, and what to make of what is there."""

    part: str
    fields: tuple[str, ...]  # dotted paths; the first that has a value
    signature: str  # with {value}, and names of `where` and `fields`
    within_s: float
    where: dict[str, tuple[str, ...]] = {}
    normal: dict[str, str] = {}  # what stands in a value -> what it is called
    newest: bool = False  # only the newest entry counts


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """hub/rules/signatures.json; `version` is raised with every change."""

    version: int
    families: tuple[tuple[str, str], ...]  # patterns that make a model's family of its name
    normal: tuple[tuple[str, str], ...]  # patterns of what differs in each home
    nothing: tuple[str, ...]  # values that say that all is well
    rules: tuple[Rule, ...]


@cache
def rules() -> Rules:
    """The rules in force."""
    return msgspec.json.decode(_RULES.read_bytes(), type=Rules)


def signature_of(report: CreateReport) -> str:
    """Return the signature, "" where its evidence tells none; only problems have one."""
    if report.kind is not Kind.PROBLEM or not report.facts.model:
        return ""
    try:
        evidence = msgspec.json.decode(report.evidence)
    except msgspec.MsgspecError:
        return ""
    parts = evidence.get("parts") if isinstance(evidence, dict) else None
    if not isinstance(parts, dict):
        return ""
    for rule in rules().rules:
        if found := _apply(rule, parts.get(rule.part), report.made):
            return found[:_MOST]
    return ""


def family_of(vendor: str, model: str) -> str:
    """What is one model for our purpose: regions and ways of writing do not differ."""
    name = f"{vendor}/{model}".casefold().strip()
    for pattern, instead in rules().families:
        name = re.sub(pattern, instead, name)
    return name


def _apply(rule: Rule, part: Any, made: float) -> str:  # noqa: ANN401 - decoded JSON
    entries = [one for one in part if isinstance(one, dict)] if isinstance(part, list) else []
    entries.sort(key=_when)
    for entry in reversed(entries[-1:] if rule.newest else entries):
        if not made - rule.within_s <= _when(entry) <= made:
            continue
        if any(entry.get(name) not in allowed for name, allowed in rule.where.items()):
            continue
        for value in _values(rule, entry):
            names = {name: str(entry.get(name, "")) for name in rule.where}
            last = {name.rpartition(".")[2]: value for name in rule.fields}
            return rule.signature.format_map({"value": value, **last, **names})
    return ""


def _values(rule: Rule, entry: Mapping[str, Any]) -> Iterator[str]:
    for path in rule.fields:
        found: Any = entry
        for name in path.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        if isinstance(found, bool) or not isinstance(found, str | int):
            continue
        value = _normal(str(found))
        if value not in rules().nothing and (name := _named(rule, value)):
            yield name


def _named(rule: Rule, value: str) -> str:
    if not rule.normal:
        return value
    return next((name for word, name in rule.normal.items() if word in value), "")


def _normal(text: str) -> str:
    text = text.strip().lower()[:_VALUE_MOST]
    for pattern, instead in rules().normal:
        text = re.sub(pattern, instead, text)
    return text


def _when(entry: Mapping[str, Any]) -> float:
    at = entry.get("at")
    return float(at) if isinstance(at, int | float) else 0.0
