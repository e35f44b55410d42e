"""Which devices of this house have a problem that the makers know of: their rules, held offline.

A part of the house. Fact "known_issue" device -> feedback.known_issues.KnownIssue; the words are
those of the fact "cluster".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from feedback import known_issues
from feedback.facts import facts_of
from feedback.known_issues import KnownIssue
from feedback.wire import DeviceFacts
from feedback.wire_triage import ClusterDoc
from firmware import versions
from fleet.house import Batch, House, Outcome
from fleet.model import Changes, Device

_MEASURES = frozenset({"rssi", "lqi", "signal", "battery"})


class KnownHere:
    """All in the house thread."""

    def __init__(self, facts: Callable[[str], DeviceFacts | None]) -> None:
        """`facts(device)`: all that a report would say of it, where that is asked for one."""
        self._facts = facts
        self._rules: dict[str, ClusterDoc] = {}
        self._devices: Mapping[str, Device] = {}
        self._told: dict[str, KnownIssue] = {}
        self._seen: dict[str, tuple[object, ...]] = {}  # what a device was when last looked at
        self._news = False
        self._measured = False  # a rule asks for a measure

    def join(self, house: House) -> None:
        """Live in `house`; before it starts."""
        house.add(self)
        house.listen(self._heard)

    def take(self, batch: Batch) -> Outcome:
        """Hold the rules against what has changed; against all where the rules have."""
        self._devices = batch.devices
        if not self._rules and not self._told:
            self._news = False
            return Outcome()
        if self._news:
            keys, self._seen = batch.devices.keys() | self._told.keys(), {}
        else:
            keys = {key for key in batch.changed if self._is_other(batch.devices.get(key), key)}
        self._news = False
        facts: dict[str, object | None] = {}
        for key in keys:
            hit = self._hit(key)
            if hit != self._told.get(key):
                facts[key] = hit
                self._keep(key, hit)
        return Outcome(facts={"known_issue": facts}) if facts else Outcome()

    def of(self, device: str) -> Sequence[Mapping[str, str]]:
        """Return the known issues of a device as they go along with a report about it."""
        said = self._facts(device) if self._rules else None
        if said is None:
            return ()
        found = known_issues.concerning(said, self._rules.values(), versions.compare)
        return [{"cluster": one.id, "title": _title(one), "fix": one.fix_version} for one in found]

    def _is_other(self, device: Device | None, key: str) -> bool:
        """Whether it is not what it was: a measure alone matters only where a rule asks for it."""
        if device is None:
            return self._seen.pop(key, None) is not None or key in self._told
        now = (device.vendor, device.model, device.hardware, device.version, device.dialects)
        more = (device.via, device.kind, device.radio, device.readings if self._measured else None)
        before, self._seen[key] = self._seen.get(key), (*now, *more)
        return before != self._seen[key]

    def _hit(self, key: str) -> KnownIssue | None:
        device = self._devices.get(key)
        if device is None:
            return None
        said = facts_of(device, devices=self._devices)
        found = known_issues.concerning(said, self._rules.values(), versions.compare)
        return KnownIssue(clusters=tuple(one.id for one in found)) if found else None

    def _keep(self, key: str, hit: KnownIssue | None) -> None:
        if hit is None:
            self._told.pop(key, None)
        else:
            self._told[key] = hit

    def _heard(self, changes: Changes) -> None:
        """The makers said something of what they know."""
        for cluster, doc in changes.facts.get("cluster", {}).items():
            self._rules.pop(cluster, None)
            if isinstance(doc, ClusterDoc) and doc.rule is not None:
                self._rules[cluster] = doc
            self._news = True
        if self._news:
            rules = (one.rule for one in self._rules.values() if one.rule)
            self._measured = any(c.fact in _MEASURES for rule in rules for c in rule.conditions)


def _title(one: ClusterDoc) -> str:
    words = one.words.get("en") or next(iter(one.words.values()), None)
    return words.title if words else ""
