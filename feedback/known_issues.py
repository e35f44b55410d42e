"""Whom a known issue concerns: rules of the makers, held against what a device is. Pure, offline.

A rule is data from the hub. It can neither hang the house (patterns: feedback/linear_pattern.py)
nor break it: what cannot be read holds for nobody. A fact that is not known holds for no rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Final

from feedback.linear_pattern import Pattern, glob
from feedback.wire import ClusterState, DeviceFacts
from feedback.wire_triage import ClusterDoc, Compare, Condition, Rule, Severity

Versions = Callable[[str, str], str]
"""How a version stands to another: "older", "same", "newer" or "unknown" (firmware/versions.py)."""

_VERSIONS: Final = frozenset({"version", "version_before"})
_ORDERS: Final = {
    Compare.EQ: ("same",),
    Compare.LT: ("older",),
    Compare.LE: ("older", "same"),
    Compare.GT: ("newer",),
    Compare.GE: ("newer", "same"),
}
_WORST: Final = (Severity.SECURITY, Severity.CRITICAL, Severity.MAJOR, Severity.MINOR)
_LONGEST: Final = 200  # characters of a fact that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIssue:
    """Fact "known_issue" of a device: the clusters that it is one more case of, the worst first."""

    clusters: tuple[str, ...] = ()


def concerning(
    facts: DeviceFacts, clusters: Iterable[ClusterDoc], versions: Versions
) -> tuple[ClusterDoc, ...]:
    """Return the known issues that a device with these facts has, the worst and newest first.

    Not those that are mended in the version it runs.
    """
    found = [one for one in clusters if _concerns(one, facts, versions)]
    return tuple(sorted(found, key=_urgency))


def holds(rule: Rule, facts: DeviceFacts, versions: Versions) -> bool:
    """Return whether all conditions hold; one without conditions holds for nobody by itself."""
    return bool(rule.conditions) and all(_holds(one, facts, versions) for one in rule.conditions)


def _concerns(one: ClusterDoc, facts: DeviceFacts, versions: Versions) -> bool:
    if one.rule is None or one.state is ClusterState.MERGED or not holds(one.rule, facts, versions):
        return False
    mended = one.fix_version and facts.version
    return not (mended and versions(facts.version, one.fix_version) in ("newer", "same"))


def _holds(condition: Condition, facts: DeviceFacts, versions: Versions) -> bool:
    said = getattr(facts, condition.fact, None) if condition.fact in _FACTS else None
    values = said if isinstance(said, tuple) else (said,)
    return any(
        _is(value, condition, versions) for value in values if value is not None and value != ""
    )


def _is(value: str | float, condition: Condition, versions: Versions) -> bool:
    test, wanted = condition.compare, condition.value
    if test in (Compare.GLOB, Compare.REGEX):
        pattern = _read(test, wanted.casefold() if test is Compare.GLOB else wanted)
        text = str(value)[:_LONGEST]
        return pattern is not None and pattern.search(
            text.casefold() if test is Compare.GLOB else text
        )
    if isinstance(value, str) and condition.fact not in _VERSIONS:
        return test is Compare.EQ and value.casefold() == wanted.casefold()
    if isinstance(value, str):
        return _order(value, wanted, versions) in _ORDERS[test]
    with suppress(ValueError):
        number = float(wanted)
        order = "same" if value == number else "older" if value < number else "newer"
        return order in _ORDERS[test] and number == number  # noqa: PLR0124 - NaN is no number
    return False


def _order(version: str, other: str, versions: Versions) -> str:
    return "same" if version == other else versions(version, other)


@cache
def _read(test: Compare, pattern: str) -> Pattern | None:
    with suppress(ValueError):
        return glob(pattern) if test is Compare.GLOB else Pattern(pattern)
    return None


def _urgency(one: ClusterDoc) -> tuple[bool, int, float, str]:
    grave = _WORST.index(one.severity) if one.severity in _WORST else len(_WORST)
    return not one.safety, grave, -one.made, one.id


_FACTS: Final = frozenset(DeviceFacts.__struct_fields__)
