"""How the command line shows what hangs on what."""

from __future__ import annotations

from typing import Any

from rich.text import Text
from rich.tree import Tree

from desktop.reception import MOST, Reception
from desktop.topology import Count, Kind, Place, Topology
from fleet.families import TITLES

_BARS = "▁▃▅▇"
_TITLES = {
    Kind.HOUSE: "House",
    Kind.NETWORK: "Wi-Fi and cable",
    Kind.ORPHANS: "Behind an unknown gateway",
}


def tree(made: Topology, root: str) -> Tree:
    """What is below a place, itself on top."""
    branches = {root: Tree(_line(made.places[root]))}
    for place in _below(made, root)[1:]:
        branches[place] = branches[made.places[place].parent].add(_line(made.places[place]))
    return branches[root]


def told(made: Topology, root: str) -> list[dict[str, Any]]:
    """Return the places below one as JSON has them, each after what it hangs on."""
    return [_told(made.places[place]) for place in _below(made, root)]


def _below(made: Topology, root: str) -> list[str]:
    order = [root]
    for place in order:
        order += made.below.get(place, ())
    return order


def _told(place: Place) -> dict[str, Any]:
    return {
        "id": place.id,
        "parent": place.parent,
        "kind": place.kind,
        "name": _title(place),
        "device": place.device.key if place.device else "",
        "through": place.through,
        "signal": place.reception,
        "devices": place.count.all,
    }


def _title(place: Place) -> str:
    if place.kind is Kind.BROKER:
        return f"Broker {place.name}"
    if place.kind is Kind.DIALECT:
        return TITLES.get(place.name, place.name) or "Unknown dialect"
    return place.name or _TITLES.get(place.kind, "")


def _line(place: Place) -> Text:
    device = place.device
    parts = [_title(place)]
    if device is not None:
        parts += [device.version.raw if device.version else "", str(device.availability)]
    parts += [_signal(place.reception), _count(place.count)]
    return Text("  ".join(part for part in parts if part))


def _signal(heard: Reception | None) -> str:
    if heard is None:
        return ""
    return f"{_BARS[: heard.bars]}{'_' * (MOST - heard.bars)} {heard.told}"


def _count(count: Count) -> str:
    if not count.all:
        return ""
    told = [f"{count.all} device(s)"]
    told += [f"{count.offline} offline"] if count.offline else []
    told += [f"{count.asleep} asleep"] if count.asleep else []
    return f"({', '.join(told)})"
